import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Chained } from '../transformation/types.js'
import type { Counting } from '../transforms/addDecayedWeights.js'
import { countOption, type CountBy, type Counts } from '../transforms/countOption.js'
import { type Belief, scaleByBelief } from '../transforms/scaleByBelief.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

type Options = OptionsOf<typeof parse>

/** AdaBelief: bold where gradients are as foretold, timid where they surprise.
 *
 *    p ← p − η·m̂ / (√ŝ + ε)        (see `scaleByBelief`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`; more slots with `count: 'leaf'`, see `scaleByBelief`.
 *  Departs  as `scaleByBelief` does.
 *  Source   Zhuang et al. 2020, arXiv:2010.07468; optax.adabelief
 *  Example  `adabelief({ learningRate: 1e-3 })` */
export function adabelief<C extends CountBy>(
  given: Options & Counts<C>,
): Transformation<Chained<readonly [Belief<C>, Counting]>>
export function adabelief(given: Options & Counts<'step'>): Transformation<Chained<readonly [Belief<'step'>, Counting]>>
export function adabelief(given: Options): Transformation<Chained<readonly [Belief<CountBy>, Counting]>> {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adabelief', checked, chain(scaleByBelief(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('adabelief', {
  ...adamOptions,
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
  nesterov: withDefault(flag, false),
  ...countOption,
})
