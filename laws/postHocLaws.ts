import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { postHocCoefficients } from '../src/averaging/postHocCoefficients.js'
import { gammaOfWidth, widthOfGamma } from '../src/averaging/schemes/width.js'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'
import { equallyLong } from './Apart.js'

/** What makes one average of others; by default `postHocCoefficients`. */
export interface PostHocSubject {
  readonly coefficients: typeof postHocCoefficients
  /** The power of a profile of a width. */
  readonly powerOf: (width: number) => number
  /** The width of a profile of a power. */
  readonly widthOf: (power: number) => number
}

/** The laws of synthesis after the training.
 *
 *  @example await checkLaws(postHocLaws()) */
export const postHocLaws = (given: Partial<PostHocSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  coefficients = postHocCoefficients,
  powerOf = gammaOfWidth,
  widthOf = widthOfGamma,
}: Partial<PostHocSubject>): Suite => ({
  name: 'post-hoc synthesis',
  laws: [
    law(within(1e-6))(
      {
        name: 'what is stored is given back',
        equation: 'target = profileᵢ ⇒ xᵢ = 1, all others 0, and the error is 0',
        reason: 'the solve must be exact where nothing is to be solved',
      },
      [stored, fc.nat()],
      (snapshots, pick) => {
        const i = pick % snapshots.length
        const { time, gamma } = nth(snapshots, i)
        const found = coefficients(snapshots, { time, gamma })
        return {
          left: [...found.coefficients, found.relativeError],
          right: [...snapshots.map((_, j) => Number(i === j)), 0],
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
        const { time } = nth(snapshots, pick % snapshots.length)
        const found = coefficients(snapshots, { time, width }).coefficients
        return {
          left: [
            found.reduce((sum, x) => sum + x, 0),
            ...zipped(found, snapshots, (x, one) => (one.time > time ? [x] : [])).flat(),
          ],
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
        const errorOver = (list: typeof snapshots) => coefficients(list, { time, width }).relativeError
        return { left: errorOver(snapshots) <= errorOver(fewer) * 1.05 + 1e-6, right: true }
      },
    ),
    law(within(1e-9))(
      {
        name: 'a width is a power',
        equation: 'σ² = (γ + 1)/((γ + 2)²·(γ + 3)), asked either way, and told of the target',
        reason: 'a width is what papers name; a power is what is computed with',
        bug: 'a root of the cubic that is not the one above −1',
      },
      [stored, fc.double({ min: 0.02, max: 0.28, noNaN: true })],
      (snapshots, width) => {
        const { gamma } = coefficients(snapshots, { time: Math.max(...snapshots.map((one) => one.time)), width })
        const spread = (power: number): number => Math.sqrt((power + 1) / ((power + 2) ** 2 * (power + 3)))
        return { left: [powerOf(width), spread(gamma), widthOf(gamma)], right: [gamma, width, width] }
      },
    ),
    law(within(1e-9))(
      {
        name: 'stored twice',
        equation: 'coefficients of S and S again = those of S, and 0 for all that was there before',
        reason: 'a file that is listed twice holds nothing new',
        bug: 'a singular system: coefficients of 1e15 and −1e15, that cancel but for their rounding',
      },
      [stored, fc.double({ min: 0.05, max: 0.2, noNaN: true })],
      (snapshots, width) => {
        const target = { time: Math.max(...snapshots.map((one) => one.time)), width }
        const once = coefficients(snapshots, target)
        const twice = coefficients([...snapshots, ...snapshots], target)
        return {
          left: [...twice.coefficients, twice.relativeError],
          right: [...once.coefficients, ...snapshots.map(() => 0), once.relativeError],
        }
      },
    ),
    law(within(1e-2))(
      {
        name: 'the error that is told',
        equation: 'relativeError = ‖Σ xᵢ·pᵢ − p‖/‖p‖, p(τ) = (γ + 1)·τᵞ/tᵞ⁺¹ up to t, summed up over time',
        reason: 'who looks at it must see how far the average is from the one that was asked for',
        bug: 'the error of the coefficients before they were divided by their sum',
        share: 0.2,
      },
      [stored, fc.double({ min: 0.05, max: 0.25, noNaN: true })],
      (snapshots, width) => {
        const time = Math.max(...snapshots.map((one) => one.time))
        const found = coefficients(snapshots, { time, width })
        equallyLong(found.coefficients, snapshots)
        const [n, target] = [8192, { time, gamma: found.gamma }]
        let [apart, all] = [0, 0]
        for (let k = 0; k < n; k++) {
          const at = (time * (k + 0.5)) / n
          const wanted = profileAt(target, at)
          const made = snapshots.reduce((sum, one, i) => sum + nth(found.coefficients, i) * profileAt(one, at), 0)
          apart += (made - wanted) ** 2
          all += wanted ** 2
        }
        return { left: [found.relativeError, 1], right: [Math.sqrt(apart / all), 1] }
      },
    ),
    law(exactly)(
      {
        name: 'says when it guesses',
        equation:
          'extrapolated = null ⇔ the width lies between those that were stored, both ends too, and one was stored at the time',
        reason: 'a guess looks like any other average, until it is evaluated',
        bug: 'a width of 0.3 made of 0.05 and 0.1: coefficients in the hundreds, without a word',
      },
      [stored, fc.constantFrom(-0.3, -0.01, 0, 0.5, 1, 1.01, 1.3), fc.constantFrom(1, 1 + 1e-6, 1.5), fc.boolean()],
      (snapshots, at, later, byWidth) => {
        const gammas = snapshots.map((one) => one.gamma)
        const [least, most] = [Math.min(...gammas), Math.max(...gammas)]
        const gamma = Math.max(0, least + at * (most - least))
        const time = later * Math.max(...snapshots.map((one) => one.time))
        fc.pre(gamma > 0 && most > least)
        const { extrapolated } = coefficients(snapshots, byWidth ? { time, width: widthOf(gamma) } : { time, gamma })
        const inside = at >= 0 && at <= 1
        const word = inside ? (later === 1 ? null : String(time)) : 'outside'
        return { left: word === null ? extrapolated : extrapolated?.includes(word), right: word === null ? null : true }
      },
    ),
    law(within(1e-6))(
      {
        name: 'the condition that is told',
        equation: 'of one profile 1, of two (1 + r)/(1 − r), r = ⟨p, q⟩/(‖p‖·‖q‖): in whichever norm',
        reason: 'profiles that are nearly alike give coefficients that are mostly rounding',
        bug: 'the condition of a matrix that hangs on the unit of time',
      },
      [profiles, profiles],
      (p, q) => {
        const inner = (a: Profile, b: Profile): number => {
          const [first, last] = a.time < b.time ? [a, b] : [b, a]
          // ∫ (a + 1)·(b + 1)·τᵃ⁺ᵇ/(Tᵃ⁺¹·Sᵇ⁺¹) up to the earlier time T
          const share = (first.time / last.time) ** (last.gamma + 1) / first.time
          return (((a.gamma + 1) * (b.gamma + 1)) / (a.gamma + b.gamma + 1)) * share
        }
        const r = inner(p, q) / Math.sqrt(inner(p, p) * inner(q, q))
        fc.pre(r < 0.999)
        const at = { time: Math.max(p.time, q.time), gamma: p.gamma }
        return {
          left: [coefficients([p], { ...at, time: p.time }).condition, coefficients([p, q], at).condition],
          right: [1, (1 + r) / (1 - r)],
        }
      },
    ),
    law(exactly)(
      {
        name: 'refuses what it cannot make',
        equation: 'a time before all that is stored ⇒ it throws, and says the time',
        reason: 'an average of later parameters is none of that time',
        bug: 'the nearest one in its place, without a word',
      },
      [stored, fc.double({ min: 0.05, max: 0.2, noNaN: true })],
      (snapshots, width) => {
        const time = Math.min(...snapshots.map((one) => one.time)) / 2
        try {
          return { left: coefficients(snapshots, { time, width }).coefficients, right: 'an error' }
        } catch (cause) {
          return { left: cause instanceof RangeError && cause.message.includes(String(time)), right: true }
        }
      },
    ),
  ],
})

interface Profile {
  readonly time: number
  readonly gamma: number
}
const profiles: fc.Arbitrary<Profile> = fc.record({
  time: fc.integer({ min: 1, max: 40 }),
  gamma: fc.constantFrom(0, 1, 2.5, 6, 16),
})

/** How much parameters at a time weigh in a profile. */
const profileAt = ({ time, gamma }: { readonly time: number; readonly gamma: number }, at: number): number =>
  at > time ? 0 : ((gamma + 1) / time) * (at / time) ** gamma

/** Two widths at a few times, in their order; or any few of any, in none. */
const stored = fc.oneof({ weight: 3, arbitrary: tracked() }, { weight: 1, arbitrary: scattered() })

function scattered(): fc.Arbitrary<readonly Profile[]> {
  const one = fc.record({ time: fc.constantFrom(1, 2, 5, 11, 23), gamma: fc.constantFrom(0.5, 2, 7, 20) })
  return fc.uniqueArray(one, { minLength: 2, maxLength: 6, selector: ({ time, gamma }) => `${time} ${gamma}` })
}

function tracked(): fc.Arbitrary<readonly Profile[]> {
  return fc
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
}

const known = knownOnly<Partial<PostHocSubject>>('postHocLaws', { coefficients: true, powerOf: true, widthOf: true })
