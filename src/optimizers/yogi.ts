import { chain } from '../combinators/chain.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByYogi } from '../transforms/scaleByYogi.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** Yogi: Adam whose second moment changes slowly.
 *
 *    p ← p − η·m̂ / (√v̂ + ε)        (see `scaleByYogi`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`.
 *  Departs  as `scaleByYogi` does.
 *  Source   Zaheer et al. 2018; optax.yogi
 *  Example  `yogi({ learningRate: 1e-2 })` */
export const yogi = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('yogi', checked, chain(scaleByYogi(moments), scaleByLearningRate({ learningRate })))
}

const { learningRate, b1, b2 } = adamOptions
const parse = options('yogi', { learningRate, b1, b2, eps: withDefault(nonNegative, 1e-3) })
