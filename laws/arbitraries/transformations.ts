import fc from 'fast-check'
import { chain } from '../../src/combinators/chain.js'
import { multiSteps } from '../../src/combinators/multiSteps.js'
import { masked } from '../../src/combinators/masked.js'
import { byPath } from '../../src/combinators/byPath.js'
import { hide } from '../../src/combinators/transformations.js'
import { adamw } from '../../src/optimizers/adamw.js'
import { sgd } from '../../src/optimizers/sgd.js'
import { identity } from '../../src/transformation/identity.js'
import type { Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { addDecayedWeights } from '../../src/transforms/addDecayedWeights.js'
import { clipByGlobalNorm } from '../../src/transforms/clipByGlobalNorm.js'
import { scale } from '../../src/transforms/scale.js'
import { scaleByAdam } from '../../src/transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../../src/transforms/scaleByLearningRate.js'
import { scaleBySchedule } from '../../src/transforms/scaleBySchedule.js'
import { setToZero } from '../../src/transforms/setToZero.js'
import { trace } from '../../src/transforms/trace.js'
import { dyadicFactor } from './numbers.js'
import { schedules } from './schedules.js'

const half = fc.constantFrom(0.5, 0, 1, 0.25)

/** One whose program hangs on its own count: whoever wraps it must hand it its own state. */
const geared = half.map((decay) => hide(multiSteps({ everyKSchedule: 2, useGradMean: false })(trace({ decay }))))

/** Links that compute dyadic values exactly. */
const exactLinks: fc.Arbitrary<Transformation<Opaque>> = fc.oneof(
  dyadicFactor.map((stepSize) => hide(scale({ stepSize }))),
  half.map((learningRate) => hide(scaleByLearningRate({ learningRate }))),
  fc.tuple(half, fc.boolean()).map(([decay, nesterov]) => hide(trace({ decay, nesterov }))),
  half.map((weightDecay) => hide(addDecayedWeights({ weightDecay }))),
  fc.constant(null).map(() => hide(identity())),
)

const links: fc.Arbitrary<Transformation<Opaque>> = fc.oneof(
  { weight: 3, arbitrary: exactLinks },
  { weight: 1, arbitrary: geared },
  { weight: 1, arbitrary: fc.constantFrom(1, 0.1).map((maxNorm) => hide(clipByGlobalNorm({ maxNorm }))) },
  { weight: 1, arbitrary: fc.boolean().map((nesterov) => hide(scaleByAdam({ nesterov, eps: 1e-3 }))) },
  { weight: 1, arbitrary: schedules.map((stepSizeFn) => hide(scaleBySchedule({ stepSizeFn }))) },
  { weight: 1, arbitrary: fc.constant(null).map(() => hide(setToZero())) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('pass' as const, 'zero' as const)
      .map((otherwise) =>
        hide(masked({ mask: byPath((path) => path.length % 2 === 0), otherwise })(trace({ decay: 0.5 }))),
      ),
  },
  { weight: 1, arbitrary: fc.constant(null).map(() => hide(sgd({ learningRate: 0.1, momentum: 0.9 }))) },
  { weight: 1, arbitrary: fc.constant(null).map(() => hide(adamw({ learningRate: 0.1, weightDecay: 0.01 }))) },
)

const chains = (one: fc.Arbitrary<Transformation<Opaque>>) =>
  fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((parts) => (parts.length === 1 && parts[0] !== undefined ? parts[0] : hide(chain(...parts))))

/** Chains of one to three transformations of any kind. A report shows them as `describe` does. */
export const transformations: fc.Arbitrary<Transformation<Opaque>> = chains(links)

/** Chains that compute dyadic values exactly in float32 for a few steps: their laws can be asked for bit by bit
 *  anywhere. */
export const exactTransformations: fc.Arbitrary<Transformation<Opaque>> = chains(
  fc.oneof({ weight: 5, arbitrary: exactLinks }, { weight: 1, arbitrary: geared }),
)

/** The same of equations alone, whose numbers on the host do nothing. */
export const exactEquations: fc.Arbitrary<Transformation<Opaque>> = chains(exactLinks)
