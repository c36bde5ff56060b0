import { chain } from '../combinators/chain.js'
import { options, type OptionsOf } from '../scalars/options.js'
import { scaleByAdamax } from '../transforms/scaleByAdamax.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** Adam with the largest gradient in place of the second moment.
 *
 *    p ← p − η·(m/(1−β₁ᵗ)) / ν        (see `scaleByAdamax`)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`.
 *  Departs  as `scaleByAdamax` does.
 *  Source   Kingma & Ba 2015, arXiv:1412.6980, §7.1; optax.adamax
 *  Example  `adamax({ learningRate: 2e-3 })` */
export const adamax = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe('adamax', checked, chain(scaleByAdamax(moments), scaleByLearningRate({ learningRate })))
}

const { learningRate, b1, b2, eps } = adamOptions
const parse = options('adamax', { learningRate, b1, b2, eps })
