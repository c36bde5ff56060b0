import { averagingWeightsLaws } from '../../../laws/averagingWeightsLaws.js'
import { profileLaws, stretchLaws } from '../../../laws/profileLaws.js'
import { describeLaws } from '../../../laws/vitest.js'
import { averagingWeights } from '../averagingWeights.js'
import type { AnyScheme } from '../Scheme.js'
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
import { casesOf } from '../../../laws/checks/part.js'

type Weight = (step: number, steps: number) => number

/** What weighs as much as its own step lets in and the later ones, each with its decay, let stay. */
const decaying =
  (decay: (t: number) => number): Weight =>
  (step, steps) =>
    Array.from({ length: steps - step }, (_, i) => decay(step + i)).reduce(
      (product, d) => product * d,
      step === 0 ? 1 : 1 - decay(step - 1),
    )

/** A total whose amounts differ from step to step, after so many of them. */
const total = (steps: number): number => (steps === 0 ? 0 : 10 * steps + (steps % 3))

/** Every scheme, and its weights as its source has them. */
const schemes: readonly (readonly [make: () => AnyScheme, weight: Weight, extra?: (count: number) => object])[] = [
  [() => exponential({ decay: 0.75 }), (s, T) => (s === 0 ? 0.75 ** T : 0.25 * 0.75 ** (T - s))],
  [() => exponential({ decay: (t) => 1 / (t + 1) }), decaying((t) => 1 / (t + 1))],
  [() => warmup({ decay: 0.6 }), decaying((t) => Math.min(0.6, (1 + t) / (10 + t)))],
  [() => warmup({ decay: 0.6, count: 'after' }), decaying((t) => Math.min(0.6, (2 + t) / (11 + t)))],
  [
    () => inverseGamma({ decay: 0.8, power: 0.75, minDecay: 0.25 }),
    decaying((t) => (t === 0 ? 0 : Math.min(0.8, Math.max(0.25, 1 - (1 + t) ** -0.75)))),
  ],
  [() => inverseGamma({ invGamma: 2, power: 0.5 }), decaying((t) => (t === 0 ? 0 : 1 - (1 + t / 2) ** -0.5))],
  [() => ramp({ decay: 0.9, tau: 3 }), decaying((t) => 0.9 * (1 - Math.exp(-(t + 1) / 3)))],
  [() => annealed({ momentum: 0.25, gamma: 2 }), decaying((t) => 1 - Math.max(0.25, 2 / (2 + t)))],
  [() => uniform(), (s) => (s === 0 ? 0 : 1)],
  [() => uniform({ includeInitial: true }), () => 1],
  [
    () => polynomial({ eta: 3 }),
    (s) => (s === 0 ? 0 : s * (s + 1) * (s + 2)), // Γ(s + 3)/Γ(s)
  ],
  [
    () => uniformThen({ warmup: 2, decay: 0.875 }),
    (s, T) => {
      const later = Math.max(0, T - 2)
      return s > 2 ? 0.125 * 0.875 ** (T - s) : 0.875 ** later / (Math.min(T, 2) + 1)
    },
  ],
  [() => powerFunction({ gamma: 4 }), (s) => (s === 0 ? 0 : s ** 5 - (s - 1) ** 5)],
  [
    () => powerFunction({ gamma: 1, unit: 'tokens' }),
    (s) => (s === 0 ? 0 : total(s) ** 2 - total(s - 1) ** 2),
    (count) => ({ tokens: total(count + 1) }),
  ],
  [() => halfLife({ halfLife: 3 }), (s, T) => 0.5 ** ((T - s) / 3) - (s === 0 ? 0 : 0.5 ** ((T - s + 1) / 3))],
  [
    () => halfLife({ halfLife: 40, ramp: 0.5, unit: 'seconds' }),
    decaying((t) => 0.5 ** ((total(t + 1) - total(t)) / Math.min(40, 0.5 * total(t + 1)))),
    (count) => ({ seconds: total(count + 1) }),
  ],
  [() => bema(), decaying((t) => 1 - (10 + t + 1) ** -0.5)],
  [() => debiased({ decay: 0.9 }), (s, T) => (s === 0 ? 0 : 0.9 ** (T - s))],
  [() => debiased({ decay: (t) => t / (t + 1) }), (s) => (s === 0 ? 0 : 1)], // ∏ r/(r+1) over r ≥ s, times 1/s
  [() => weighted({ weight: (count) => count % 3 }), (s) => (s === 0 ? 0 : (s - 1) % 3)],
  [() => weightedBy(), (s) => (s === 0 ? 0 : s % 2), (count) => ({ weight: (count + 1) % 2 })],
]

for (const [make, weight, extra] of schemes)
  describeLaws(profileLaws(make, { weight, weights: averagingWeights, ...(extra === undefined ? {} : { extra }) }), {
    numRuns: casesOf(24),
  })

for (const make of [
  () => powerFunction({ width: 0.1 }),
  () => powerFunction({ gamma: 0, unit: 'samples' }),
  () => halfLife({ ramp: 0.25 }),
])
  describeLaws(stretchLaws(make), { numRuns: casesOf(50) })

describeLaws(averagingWeightsLaws(averagingWeights), { numRuns: casesOf(60) })
