import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByBelief } from '../transforms/scaleByBelief.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** AdaBelief: bold where gradients are as foretold, timid where they surprise.
 *
 *    p ← p − η·m̂ / (√ŝ + ε)        (see `scaleByBelief`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`.
 *  Departs  as `scaleByBelief` does.
 *  Source   Zhuang et al. 2020, arXiv:2010.07468; optax.adabelief
 *  Example  `adabelief({ learningRate: 1e-3 })` */
export const adabelief = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adabelief', checked, chain(scaleByBelief(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('adabelief', {
  ...adamOptions,
  eps: withDefault(nonNegative, 1e-16),
  epsRoot: withDefault(nonNegative, 1e-16),
  nesterov: withDefault(flag, false),
})
