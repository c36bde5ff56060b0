import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByRadam } from '../transforms/scaleByRadam.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** RAdam: Adam that begins as plain momentum, until its second moment can be trusted.
 *
 *    p ← p − η·r·m̂ / (√(v̂ + ε_root) + ε),   at first p − η·m̂        (see `scaleByRadam`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`.
 *  Departs  as `scaleByRadam` does.
 *  Source   Liu et al. 2020, arXiv:1908.03265; optax.radam
 *  Example  `radam({ learningRate: 1e-3 })` */
export const radam = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('radam', checked, chain(scaleByRadam(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('radam', {
  ...adamOptions,
  threshold: withDefault(nonNegative, 5),
  nesterov: withDefault(flag, false),
})
