import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { maskOption } from '../transforms/maskOption.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByTrustRatio } from '../transforms/scaleByTrustRatio.js'
import { trace } from '../transforms/trace.js'
import { recipe } from './recipe.js'

/** LARS: momentum on gradients scaled to the size of each leaf, for large batches.
 *
 *    g′ = g + w·p     T ← d·T − η·g′·c·‖p‖/(‖g′‖ + ε)     p ← p + T        ‖·‖ over one leaf
 *
 *  Shapes   state `[{ count }, {}, { count }, { trace }]`.
 *  Departs  the momentum comes after the learning rate, so a change of rate does not rescale it.
 *  Source   You, Gitman & Ginsburg 2017, arXiv:1708.03888; optax.lars
 *  Example  `lars({ learningRate: 0.1, weightDecay: 1e-4, trustRatioMask: byPath((path) => path.endsWith('kernel')) })` */
export const lars = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, weightDecay, weightDecayMask, trustCoefficient, eps, trustRatioMask, momentum, nesterov } =
    checked
  return recipe(
    'lars',
    checked,
    chain(
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      masked({ mask: trustRatioMask })(scaleByTrustRatio({ trustCoefficient, eps })),
      scaleByLearningRate({ learningRate }),
      trace({ decay: momentum, nesterov }),
    ),
  )
}

const parse = options('lars', {
  learningRate: required(numberOrSchedule(rate)),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  weightDecayMask: withDefault(maskOption, true),
  trustCoefficient: withDefault(nonNegative, 0.001),
  eps: withDefault(nonNegative, 0),
  trustRatioMask: withDefault(maskOption, true),
  momentum: withDefault(unitInterval, 0.9),
  nesterov: withDefault(flag, false),
})
