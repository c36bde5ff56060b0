import { chain } from '../combinators/chain.js'
import { options, type OptionsOf } from '../scalars/options.js'
import { scaleByAdamax } from '../transforms/scaleByAdamax.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'

/** Adamax with decoupled weight decay.
 *
 *    p ← p − η·((m/(1−β₁ᵗ)) / ν + w·p)        (see `scaleByAdamax`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }, { count }]`.
 *  Laws     weightDecay 0 is `adamax`, up to the sign of zeros.
 *  Departs  as `scaleByAdamax` and `adamw` do.
 *  Source   Loshchilov & Hutter 2019, arXiv:1711.05101; optax.adamaxw
 *  Example  `adamaxw({ learningRate: 2e-3, weightDecay: 0.01 })` */
export const adamaxw = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'adamaxw',
    checked,
    chain(scaleByAdamax(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const { learningRate, b1, b2, eps } = adamOptions
const parse = options('adamaxw', { learningRate, b1, b2, eps, ...decayOptions(1e-4) })
