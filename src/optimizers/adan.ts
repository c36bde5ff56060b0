import { chain } from '../combinators/chain.js'
import { numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByAdan } from '../transforms/scaleByAdan.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'

/** Adan: adaptive Nesterov momentum.
 *
 *    p ← p − η·((m̂ + f·v̂) / (√(n̂ + ε_root) + ε) + w·p)        (see `scaleByAdan`)
 *
 *  Shapes   state `[{ count, m, v, n, g }, { count }, { count }]`.
 *  Departs  as `scaleByAdan` does; the decay is added to the update, not the paper's proximal division.
 *  Source   Xie et al. 2022, arXiv:2208.06677; optax.adan
 *  Example  `adan({ learningRate: 1e-3, weightDecay: 0.02 })` */
export const adan = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'adan',
    checked,
    chain(scaleByAdan(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('adan', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.98),
  b2: withDefault(halfOpenUnit, 0.92),
  b3: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 1e-8),
  lookAhead: withDefault(oneOf('optax', 'authors'), 'optax'),
  ...decayOptions(0),
})
