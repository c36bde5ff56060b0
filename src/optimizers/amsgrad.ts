import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByAmsgrad } from '../transforms/scaleByAmsgrad.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** Adam whose second moment never falls.
 *
 *    p ← p − η·m̂ / (√(max v̂ + ε_root) + ε)        (see `scaleByAmsgrad`)
 *
 *  Shapes   state `[{ count, mu, nu, nuMax }, { count }]`.
 *  Departs  as `scaleByAmsgrad` does: PyTorch takes the maximum before bias correction, the paper corrects nothing.
 *  Source   Reddi, Kale & Kumar 2018, arXiv:1904.09237; optax.amsgrad
 *  Example  `amsgrad({ learningRate: 1e-3 })` */
export const amsgrad = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('amsgrad', checked, chain(scaleByAmsgrad(moments), scaleByLearningRate({ learningRate })))
}

const parse = options('amsgrad', {
  ...adamOptions,
  biasCorrectionMu: withDefault(flag, true),
  biasCorrectionNu: withDefault(flag, true),
})
