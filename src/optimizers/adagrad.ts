import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByRss } from '../transforms/scaleByRss.js'
import { recipe } from './recipe.js'

/** Adagrad: rates that fall with all the gradients seen so far.
 *
 *    S ← S + g²     p ← p − η·g/√(S + ε)
 *
 *  Shapes   state `[{ sumOfSquares }, { count }]`.
 *  Source   Duchi, Hazan & Singer 2011; optax.adagrad
 *  Example  `adagrad({ learningRate: 0.1 })` */
export const adagrad = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...accumulator } = checked
  return recipe('adagrad', checked, chain(scaleByRss(accumulator), scaleByLearningRate({ learningRate })))
}

const parse = options('adagrad', {
  learningRate: required(numberOrSchedule(rate)),
  initialAccumulatorValue: withDefault(nonNegative, 0.1),
  eps: withDefault(nonNegative, 1e-7),
})
