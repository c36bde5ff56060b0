import { chain } from '../combinators/chain.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByTrustRatio } from '../transforms/scaleByTrustRatio.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'

/** LAMB: Adam scaled to the size of each leaf, for large batches.
 *
 *    r = m̂ / (√(v̂ + ε_root) + ε) + w·p     p ← p − η·r·‖p‖/‖r‖        ‖·‖ over one leaf
 *
 *  Shapes   state `[{ count, mu, nu }, { count }, {}, { count }]`.
 *  Departs  every leaf is scaled, biases too, as in optax.
 *  Source   You et al. 2020, arXiv:1904.00962; optax.lamb
 *  Example  `lamb({ learningRate: 1e-2, weightDecay: 0.01 })` */
export const lamb = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'lamb',
    checked,
    chain(scaleByAdam(moments), decayed(weightDecay, mask), scaleByTrustRatio(), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('lamb', { ...adamOptions, eps: withDefault(nonNegative, 1e-6), ...decayOptions(0) })
