import { chain } from '../combinators/chain.js'
import { options, type OptionsOf } from '../scalars/options.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Chained } from '../transformation/types.js'
import type { Counting } from '../transforms/addDecayedWeights.js'
import { countOption, type CountBy, type Counts } from '../transforms/countOption.js'
import { type Adamax, scaleByAdamax } from '../transforms/scaleByAdamax.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

type Options = OptionsOf<typeof parse>

/** Adam with the largest gradient in place of the second moment.
 *
 *    p ← p − η·(m/(1−β₁ᵗ)) / ν        (see `scaleByAdamax`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdamax`.
 *  Departs  as `scaleByAdamax` does.
 *  Source   Kingma & Ba 2015, arXiv:1412.6980, §7.1; optax.adamax
 *  Example  `adamax({ learningRate: 2e-3 })` */
export function adamax<C extends CountBy>(
  given: Options & Counts<C>,
): Transformation<Chained<readonly [Adamax<C>, Counting]>>
export function adamax(given: Options & Counts<'step'>): Transformation<Chained<readonly [Adamax<'step'>, Counting]>>
export function adamax(given: Options): Transformation<Chained<readonly [Adamax<CountBy>, Counting]>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adamax', checked, chain(scaleByAdamax(moments), scaleByLearningRate({ learningRate })))
}

const { learningRate, b1, b2, eps } = adamOptions
const parse = options('adamax', { learningRate, b1, b2, eps, ...countOption })
