import { chain } from '../combinators/chain.js'
import { options, type OptionsOf } from '../scalars/options.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Chained } from '../transformation/types.js'
import type { Counting } from '../transforms/addDecayedWeights.js'
import { countOption, type CountBy, type Counts } from '../transforms/countOption.js'
import { type Adamax, scaleByAdamax } from '../transforms/scaleByAdamax.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'

type Options = OptionsOf<typeof parse>

/** Adamax with decoupled weight decay.
 *
 *    p ← p − η·((m/(1−β₁ᵗ)) / ν + w·p)        (see `scaleByAdamax`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdamax`.
 *  Laws     weightDecay 0 is `adamax`, up to the sign of zeros.
 *  Departs  as `scaleByAdamax` and `adamw` do.
 *  Source   Loshchilov & Hutter 2019, arXiv:1711.05101; optax.adamaxw
 *  Example  `adamaxw({ learningRate: 2e-3, weightDecay: 0.01 })` */
export function adamaxw<C extends CountBy>(
  given: Options & Counts<C>,
): Transformation<Chained<readonly [Adamax<C>, Counting, Counting]>>
export function adamaxw(
  given: Options & Counts<'step'>,
): Transformation<Chained<readonly [Adamax<'step'>, Counting, Counting]>>
export function adamaxw(given: Options): Transformation<Chained<readonly [Adamax<CountBy>, Counting, Counting]>> {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'adamaxw',
    checked,
    chain(scaleByAdamax(moments), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const { learningRate, b1, b2, eps } = adamOptions
const parse = options('adamaxw', { learningRate, b1, b2, eps, ...decayOptions(1e-4), ...countOption })
