import { averagingSchemeLaws, semigroupLaws } from '../../../laws/averagingSchemeLaws.js'
import { backendName } from '../../../laws/checks/backend.js'
import { casesOf } from '../../../laws/checks/part.js'
import { transformationLaws } from '../../../laws/transformationLaws.js'
import { describeLaws } from '../../../laws/vitest.js'
import { adam } from '../../optimizers/adam.js'
import type { AnyScheme, Scheme } from '../Scheme.js'
import { averagingWeights } from '../averagingWeights.js'
import { withAverage } from '../withAverage.js'
import { annealed } from './annealed.js'
import { bema } from './bema.js'
import { debiased } from './debiased.js'
import { exponential } from './exponential.js'
import { halfLife } from './halfLife.js'
import { inverseGamma } from './inverseGamma.js'
import { polynomial } from './polynomial.js'
import { powerFunction } from './powerFunction.js'
import { ramp } from './ramp.js'
import { uniform } from './uniform.js'
import { uniformThen } from './uniformThen.js'
import { warmup } from './warmup.js'
import { weighted, weightedBy } from './weighted.js'

const numRuns = backendName === 'webgl' ? 1 : casesOf(6)

/** Amounts that differ from step to step. */
const total = (count: number): number => (count < 0 ? 0 : 10 * (count + 1) + (count % 3))

/** Every scheme, with what its steps are told. */
const schemes: readonly (readonly [make: () => AnyScheme, extra?: (count: number) => object])[] = [
  [() => exponential({ decay: 0.75 })],
  [() => exponential({ decay: (t) => 1 / (t + 1) })],
  [() => warmup({ decay: 0.999 })],
  [() => inverseGamma({ power: 0.75, minDecay: 0.25 })],
  [() => ramp({ tau: 3 })],
  [() => annealed({ momentum: 0.25, gamma: 2 })],
  [() => uniform()],
  [() => uniform({ includeInitial: true })],
  [() => polynomial({ eta: 3 })],
  [() => uniformThen({ warmup: 2, decay: 0.875 })],
  [() => powerFunction({ width: 0.1 })],
  [() => powerFunction({ gamma: 1, unit: 'tokens' }), (count) => ({ tokens: total(count) })],
  [() => halfLife({ halfLife: 3 })],
  [() => halfLife({ halfLife: 50, ramp: 0.25, unit: 'seconds' }), (count) => ({ seconds: total(count) })],
  [() => bema()],
  [() => debiased({ decay: 0.9 })],
  [() => debiased({ decay: 1 })],
  [() => debiased({ decay: (t) => (t < 2 ? 1 : 0.5) })],
  [() => weighted({ weight: (count) => count % 3 })],
  [() => weightedBy(), (count) => ({ weight: Math.max(0, count) % 2 })],
]

for (const [make, extra] of schemes) {
  describeLaws(
    averagingSchemeLaws(make, {
      ...(extra === undefined ? {} : { extra }),
      lift: (scheme, options) => (tx) => withAverage(scheme as Scheme, options)(tx), // of whatever numbers and extras
      weights: averagingWeights,
    }),
    { numRuns },
  )
  // Saving and resuming, one result by every way of running it, no leak: as of every transformation.
  if (backendName !== 'webgl' || Object.keys(make().init).length > 0)
    describeLaws(
      transformationLaws(() => withAverage(make() as Scheme, { every: 2 })(adam({ learningRate: 0.1 })), {
        couples: true,
        extra: extra?.(1000) ?? {},
      }),
      { numRuns: backendName === 'webgl' ? 1 : 2 },
    )
}

for (const make of [
  () => exponential({ decay: 0.75 }),
  () => exponential({ decay: (t) => t / (t + 2) }),
  () => warmup(),
  () => inverseGamma(),
  () => ramp(),
  () => annealed(),
  () => powerFunction({ width: 0.2 }),
  () => powerFunction({ gamma: 2, unit: 'samples' }),
  () => halfLife({ halfLife: 7 }),
  () => halfLife({ halfLife: 3, unit: 'seconds' }),
])
  describeLaws(semigroupLaws(make, { lift: (scheme, options) => (tx) => withAverage(scheme as Scheme, options)(tx) }), {
    numRuns: backendName === 'webgl' ? 1 : casesOf(15),
  })
