import { chain } from '../combinators/chain.js'
import { flag } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { scale } from '../transforms/scale.js'
import { scaleByRprop } from '../transforms/scaleByRprop.js'
import { recipe } from './recipe.js'

/** Rprop: step sizes of their own for every parameter, from the signs of full-batch gradients.
 *
 *    p ← p − u        (see `scaleByRprop`)
 *
 *  Shapes   state `[{ stepSizes, prevUpdates }, {}]`.
 *  Units    `learningRate` is where the step sizes start; no schedule, for it is read once.
 *  Departs  steps come one update late, as in optax; `lag: false` is the paper's rule.
 *  Source   Riedmiller & Braun 1993; optax.rprop
 *  Example  `rprop({ learningRate: 0.01, lag: false })` */
export const rprop = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  return recipe('rprop', checked, chain(scaleByRprop(checked), scale({ stepSize: -1 })))
}

const parse = options('rprop', {
  learningRate: required(rate),
  etaMinus: withDefault(positive, 0.5),
  etaPlus: withDefault(positive, 1.2),
  minStepSize: withDefault(nonNegative, 1e-6),
  maxStepSize: withDefault(positive, 50),
  lag: withDefault(flag, true),
})
