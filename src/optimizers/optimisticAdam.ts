import { chain } from '../combinators/chain.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { optional, options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByOptimisticGradient } from '../transforms/scaleByOptimisticGradient.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** Optimistic Adam with the learning rate inside the correction. `optimisticAdamV2` separates the two, and is the one
 *  to take.
 *
 *    u = the direction of `scaleByAdam`     p ← p − ((η + ω)·u − ω·u_prev)        ω = optimism, or η
 *
 *  Shapes   state `[{ count, mu, nu }, { count, previousGradient }, { count }]`.
 *  Departs  `nesterov` is on by default, as in optax; schedules work, which optax refuses.
 *  Source   Daskalakis et al. 2018, arXiv:1711.00141; optax.optimistic_adam
 *  Example  `optimisticAdam({ learningRate: 1e-3 })` */
export const optimisticAdam = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, optimism, ...moments } = checked
  return recipe(
    'optimisticAdam',
    checked,
    chain(
      scaleByAdam(moments),
      scaleByOptimisticGradient({ alpha: learningRate, beta: optimism ?? learningRate }),
      scaleByLearningRate({ learningRate: 1 }),
    ),
  )
}

const parse = options('optimisticAdam', {
  ...adamOptions,
  optimism: optional(numberOrSchedule(finite)),
  nesterov: withDefault(flag, true),
})
