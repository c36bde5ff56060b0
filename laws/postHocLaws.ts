import fc from 'fast-check'
import { postHocCoefficients } from '../src/averaging/postHocCoefficients.js'
import { gammaOfWidth } from '../src/averaging/schemes/width.js'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** What makes one average of others; by default `postHocCoefficients`. */
export interface PostHocSubject {
  readonly coefficients: typeof postHocCoefficients
}

/** The laws of synthesis after the training.
 *
 *  @example checkLaws(postHocLaws()) */
export const postHocLaws = ({ coefficients = postHocCoefficients }: Partial<PostHocSubject> = {}): Suite => ({
  name: 'post-hoc synthesis',
  laws: [
    law(within(1e-6))(
      {
        name: 'what is stored is given back',
        equation: 'target = profileᵢ ⇒ xᵢ = 1, all others 0',
        reason: 'the solve must be exact where nothing is to be solved',
      },
      [stored, fc.nat()],
      (snapshots, pick) => {
        const i = pick % snapshots.length
        const { time = 1, gamma = 1 } = snapshots[i] ?? {}
        return {
          left: coefficients(snapshots, { time, gamma }).coefficients,
          right: snapshots.map((_, j) => Number(i === j)),
        }
      },
    ),
    law(within(1e-9))(
      {
        name: 'coefficients sum to 1',
        equation: 'Σ x = 1, and xᵢ = 0 for what was stored after the target’s time',
        reason: 'parameters that never moved are their own average',
        bug: 'ema-pytorch neither divides by the sum nor leaves out later averages',
      },
      [stored, fc.double({ min: 0.05, max: 0.28, noNaN: true }), fc.nat()],
      (snapshots, width, pick) => {
        const { time = 1 } = snapshots[pick % snapshots.length] ?? {}
        const found = coefficients(snapshots, { time, width }).coefficients
        return {
          left: [found.reduce((sum, x) => sum + x, 0), ...found.filter((_, i) => (snapshots[i]?.time ?? 0) > time)],
          right: [1, ...snapshots.filter((one) => one.time > time).map(() => 0)],
        }
      },
    ),
    law(exactly)(
      {
        name: 'more stored is no worse',
        equation: 'error over S ∪ T ≤ error over S, up to rounding and the division by the sum',
        reason: 'another snapshot may weigh nothing',
      },
      [stored, fc.double({ min: 0.05, max: 0.2, noNaN: true })],
      (snapshots, width) => {
        const time = Math.max(...snapshots.map((one) => one.time))
        const fewer = snapshots.filter((one, i) => one.time === time || i % 2 === 0)
        const [all, some] = [snapshots, fewer].map((list) => coefficients(list, { time, width }).relativeError)
        return { left: (all ?? Number.NaN) <= (some ?? Number.NaN) * 1.05 + 1e-6, right: true }
      },
    ),
  ],
})

/** Two widths at a few times. */
const stored = fc
  .record({
    every: fc.integer({ min: 1, max: 100 }),
    times: fc.integer({ min: 2, max: 12 }),
    narrow: fc.double({ min: 0.03, max: 0.08, noNaN: true }),
    wide: fc.double({ min: 0.15, max: 0.25, noNaN: true }),
  })
  .map(({ every, times, narrow, wide }) =>
    Array.from({ length: times }, (_, i) =>
      [narrow, wide].map((width) => ({ time: every * (i + 1), gamma: gammaOfWidth(width) })),
    ).flat(),
  )
