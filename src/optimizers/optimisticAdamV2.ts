import { chain } from '../combinators/chain.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByOptimisticGradient } from '../transforms/scaleByOptimisticGradient.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** Optimistic Adam: Adam's direction, corrected by its change.
 *
 *    u = the direction of `scaleByAdam`     p ← p − η·((α + β)·u − β·u_prev)
 *
 *  Shapes   state `[{ count, mu, nu }, { count, previousGradient }, { count }]`.
 *  Departs  `nesterov` is on by default, as in optax.
 *  Source   Daskalakis et al. 2018, arXiv:1711.00141; optax.optimistic_adam_v2
 *  Example  `optimisticAdamV2({ learningRate: 1e-3 })` */
export const optimisticAdamV2 = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, alpha, beta, ...moments } = checked
  return recipe(
    'optimisticAdamV2',
    checked,
    chain(scaleByAdam(moments), scaleByOptimisticGradient({ alpha, beta }), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('optimisticAdamV2', {
  ...adamOptions,
  alpha: withDefault(numberOrSchedule(finite), 1),
  beta: withDefault(numberOrSchedule(finite), 1),
  nesterov: withDefault(flag, true),
})
