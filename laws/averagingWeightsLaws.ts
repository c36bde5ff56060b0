import fc from 'fast-check'
import { averagingWeights } from '../src/averaging/averagingWeights.js'
import { exponential } from '../src/averaging/schemes/exponential.js'
import { powerFunction } from '../src/averaging/schemes/powerFunction.js'
import { uniform } from '../src/averaging/schemes/uniform.js'
import type { AnyScheme, Scheme } from '../src/averaging/Scheme.js'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** The laws of what is told of weights before anything is trained.
 *
 *  @example await checkLaws(averagingWeightsLaws()) */
export const averagingWeightsLaws = (weights = averagingWeights): Suite => ({
  name: 'weights that are told',
  laws: [
    law(within(1e-12))(
      {
        name: 'summed up',
        equation: 'initial = w₀;  mean age = Σ w·age;  variance factor = Σ w²;  effective window = 1/Σ w²',
        reason: 'who chooses a decay looks at these, and not at a thousand weights',
        bug: 'the age of the newest counted as 1: windows that differ by one from those of others',
      },
      [schemes, steps],
      (make, count) => {
        const found = weights(make() as Scheme, count) // of whatever unit
        const square = found.weights.reduce((sum, w) => sum + w * w, 0)
        return {
          left: [found.initial, found.meanAge, found.varianceFactor, found.effectiveWindow],
          right: [found.weights[0], found.weights.reduce((sum, w, s) => sum + w * (count - s), 0), square, 1 / square],
        }
      },
    ),
    law(exactly)(
      {
        name: 'warned of',
        equation: 'a warning ⇔ w₀ > max(0.1, 2/(T + 1)); it is told with the rest',
        reason: 'an average that is still its start evaluates like an untrained model',
        bug: 'decay 0.999 for 48 steps: chance accuracy, and nobody knew why',
      },
      [schemes, steps],
      (make, count) => {
        const { initial, warning, described } = weights(make() as Scheme, count) // as above
        const most = Math.max(0.1, 2 / (count + 1))
        fc.pre(Math.abs(initial - most) > 1e-9)
        return {
          left: [warning !== null, warning === null ? !described.includes('warning') : described.includes(warning)],
          right: [initial > most, true],
        }
      },
    ),
    law(within(0.006))(
      {
        name: 'by age',
        equation: 'at most ten shares, newest first: those of the newest ⌈(T + 1)/10⌉, of the next, …',
        reason: 'the shape of an average fits in a line',
        bug: 'the oldest tenth first: a tail average that looked like one of the start',
      },
      [schemes, steps],
      (make, count) => {
        const { weights: all, described } = weights(make() as Scheme, count) // as above
        const size = Math.ceil((count + 1) / 10)
        const newest = all.toReversed()
        const shares = Array.from({ length: Math.ceil((count + 1) / size) }, (_, i) =>
          newest.slice(i * size, (i + 1) * size).reduce((sum, w) => sum + w, 0),
        )
        const [, told = ''] = /weights by age +(.*)/.exec(described) ?? [] // not told: NaN, which no share is
        return {
          left: [...told.split(', ').map((text) => Number.parseFloat(text) / 100), 1],
          right: [...shares, 1], // 1: the scale
        }
      },
    ),
    law(exactly)(
      {
        name: 'one for each step',
        equation: 'without extras a step adds one to the total: samples and steps have the same weights',
        reason: 'how a window looks can be seen before batches have a size',
        bug: 'a total that began at 0: the first step weighed nothing',
      },
      [fc.constantFrom(1, 0, 4), steps],
      (gamma, count) => {
        const [bySteps, bySamples] = [powerFunction({ gamma }), powerFunction({ gamma, unit: 'samples' })]
        return {
          left: weights(bySamples as unknown as Scheme, count).weights, // of another unit
          right: weights(bySteps, count).weights,
        }
      },
    ),
  ],
})

const steps = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 13, max: 60 }))
const schemes = fc.constantFrom<() => AnyScheme>(
  () => exponential({ decay: 0.75 }),
  () => exponential({ decay: 0.96 }),
  () => exponential({ decay: 0.999 }),
  () => exponential({ decay: (t) => (t < 5 ? 0 : 0.95) }),
  () => uniform({ includeInitial: true }),
  () => powerFunction({ gamma: 2 }),
)
