import { chain } from '../combinators/chain.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Chained } from '../transformation/types.js'
import type { Counting } from '../transforms/addDecayedWeights.js'
import { countOption, type CountBy, type Counts } from '../transforms/countOption.js'
import { type Adam, scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { recipe } from './recipe.js'

type Options = OptionsOf<typeof parse>

/** Adam.
 *
 *    p ← p − η·m̂ / (√(v̂ + ε_root) + ε)        (see `scaleByAdam`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdam`.
 *  Laws     invariant to the scale of gradients where ε = 0.
 *  Source   Kingma & Ba 2015, arXiv:1412.6980; optax.adam
 *  Example  `adam({ learningRate: 1e-3 })` */
export function adam<C extends CountBy>(
  given: Options & Counts<C>,
): Transformation<Chained<readonly [Adam<C>, Counting]>>
export function adam(given: Options & Counts<'step'>): Transformation<Chained<readonly [Adam<'step'>, Counting]>>
export function adam(given: Options): Transformation<Chained<readonly [Adam<CountBy>, Counting]>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adam', checked, chain(scaleByAdam(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('adam', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  epsRoot: withDefault(nonNegative, 0),
  nesterov: withDefault(flag, false),
  ...countOption,
})
