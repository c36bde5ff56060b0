import { chain } from '../combinators/chain.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByNovograd } from '../transforms/scaleByNovograd.js'
import { recipe } from './recipe.js'

/** NovoGrad: one second moment for each leaf, decay inside the momentum.
 *
 *    m ← β₁·m + g/(√(ν + ε_root) + ε) + w·p     p ← p − η·m        (see `scaleByNovograd`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`; nu one number for each leaf.
 *  Departs  as `scaleByNovograd` does; schedules work, which optax refuses.
 *  Source   Ginsburg et al. 2019, arXiv:1905.11286; optax.novograd
 *  Example  `novograd({ learningRate: 0.01, weightDecay: 1e-3 })` */
export const novograd = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('novograd', checked, chain(scaleByNovograd(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('novograd', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(unitInterval, 0.9),
  b2: withDefault(unitInterval, 0.25),
  eps: withDefault(nonNegative, 1e-6),
  epsRoot: withDefault(nonNegative, 0),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
})
