import { chain } from '../combinators/chain.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Chained } from '../transformation/types.js'
import type { Counting } from '../transforms/addDecayedWeights.js'
import { countOption, type CountBy, type Counts } from '../transforms/countOption.js'
import { type Yogi, scaleByYogi } from '../transforms/scaleByYogi.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

type Options = OptionsOf<typeof parse>

/** Yogi: Adam whose second moment changes slowly.
 *
 *    p ← p − η·m̂ / (√v̂ + ε)        (see `scaleByYogi`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByYogi`.
 *  Departs  as `scaleByYogi` does.
 *  Source   Zaheer et al. 2018; optax.yogi
 *  Example  `yogi({ learningRate: 1e-2 })` */
export function yogi<C extends CountBy>(
  given: Options & Counts<C>,
): Transformation<Chained<readonly [Yogi<C>, Counting]>>
export function yogi(given: Options & Counts<'step'>): Transformation<Chained<readonly [Yogi<'step'>, Counting]>>
export function yogi(given: Options): Transformation<Chained<readonly [Yogi<CountBy>, Counting]>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('yogi', checked, chain(scaleByYogi(moments), scaleByLearningRate({ learningRate })))
}

const { learningRate, b1, b2 } = adamOptions
const parse = options('yogi', { learningRate, b1, b2, eps: withDefault(nonNegative, 1e-3), ...countOption })
