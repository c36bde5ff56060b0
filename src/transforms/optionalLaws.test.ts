import { sizeOf } from '../tree/sizeOf.js'
import fc from 'fast-check'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import type { Numbers } from '../../laws/Numbers.js'
import type { Suite } from '../../laws/Suite.js'
import { clipsTo } from '../../laws/transformation/clipsTo.js'
import {
  duplicationInvariant,
  keepsDirection,
  monotone,
  rotationEquivariant,
  translationEquivariant,
} from '../../laws/transformation/geometryLaws.js'
import { boundedMemory, descends, robust, unbiased } from '../../laws/transformation/purposeLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { lion } from '../optimizers/lion.js'
import { nadamw } from '../optimizers/nadamw.js'
import { rmsprop } from '../optimizers/rmsprop.js'
import { sgd } from '../optimizers/sgd.js'
import { identity } from '../transformation/identity.js'
import { addNoise } from './addNoise.js'
import { clip } from './clip.js'
import { clipByBlockRms } from './clipByBlockRms.js'
import { clipByGlobalNorm } from './clipByGlobalNorm.js'
import { differentiallyPrivateAggregate } from './differentiallyPrivateAggregate.js'
import { scaleByTrustRatio } from './scaleByTrustRatio.js'
import { trace } from './trace.js'

const learningRate = 0.1
const whole = { couples: true }

const numbers = (shape: readonly number[]): fc.Arbitrary<Numbers> => {
  const size = sizeOf(shape)
  return fc
    .array(fc.integer({ min: -16, max: 16 }), { minLength: size, maxLength: size })
    .map((values) => ({ shape, values: values.map((k) => k / 8) }))
}
const leaves = (n: readonly number[]): fc.Arbitrary<{ readonly a: Numbers; readonly b: Numbers }> =>
  fc.record({ a: numbers([...n, 2]), b: numbers(n) }, { noNullPrototype: true })
const threeExamples = fc.record({ params: leaves([]), grads: leaves([3]).map((g) => [g]) }, { noNullPrototype: true })

const suites: readonly Suite[] = [
  keepsDirection(() => clipByGlobalNorm({ maxNorm: 1 }), whole),
  keepsDirection(() => clipByBlockRms({ threshold: 1 })),
  keepsDirection(() => scaleByTrustRatio()),
  clipsTo(1)(() => clipByGlobalNorm({ maxNorm: 1 }), whole),
  clipsTo(1)(() => clip({ maxDelta: 1 }), { size: (values) => Math.max(0, ...values.map(Math.abs)) }),
  clipsTo(1)(() => clipByBlockRms({ threshold: 1 }), {
    size: (values) => Math.hypot(...values) / Math.sqrt(Math.max(1, values.length)),
  }),
  monotone((rate) => sgd({ learningRate: rate, momentum: 0.9, nesterov: true })),
  monotone((rate) => adam({ learningRate: rate })),
  translationEquivariant(() => adam({ learningRate })),
  translationEquivariant(() => chain(trace({ decay: 0.9 }), clipByGlobalNorm({ maxNorm: 1 })), whole),
  rotationEquivariant(() => sgd({ learningRate, momentum: 0.9 })),
  rotationEquivariant(() => clipByGlobalNorm({ maxNorm: 1 }), whole),
  duplicationInvariant(() => adam({ learningRate })),
  duplicationInvariant(() => clipByBlockRms({ threshold: 1 })),
  boundedMemory(2)(() => adam({ learningRate })),
  boundedMemory(1)(() => lion({ learningRate })),
  boundedMemory(0)(() => sgd({ learningRate })),
  robust(() => chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate })), whole),
  descends(() => sgd({ learningRate })),
  descends(() => adam({ learningRate })),
  descends(() => nadamw({ learningRate })),
  descends(() => rmsprop({ learningRate: 0.05 })),
  // steps of one length: the swing around an aim is as wide as they are
  descends(() => lion({ learningRate })),
  unbiased(
    (key) => addNoise({ eta: 0.1, gamma: 0.5, key }),
    () => identity(),
    { deviation: (count) => Math.sqrt(0.1 / Math.sqrt(count + 1)) },
  ),
  // of examples: a sum that is clipped, made noisy, and divided by their number
  ...[undefined, 4].map((batchSize) => {
    const of = (noiseMultiplier: number) => (key: number) =>
      differentiallyPrivateAggregate({
        l2NormClip: 2,
        noiseMultiplier,
        key,
        ...(batchSize === undefined ? {} : { batchSize }),
      })
    return unbiased(of(1.5), () => of(0)(0), {
      deviation: () => 3 / (batchSize ?? 3),
      couples: true,
      ...(batchSize === undefined ? { cases: threeExamples } : {}),
    })
  }),
]

// What only some satisfy, asked of some that do.
for (const [i, suite] of suites.entries())
  describeLaws({ ...suite, name: `${suite.name} (${i})` }, { numRuns: backendName === 'webgl' ? 1 : casesOf(10) })
