import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { averagingWeights } from '../src/averaging/averagingWeights.js'
import type { Scheme } from '../src/averaging/Scheme.js'
import { within } from './Agreement.js'
import { makerOf, type SchemeMaker, type SchemeSubject } from './averagingSchemeLaws.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** What a scheme claims to be, and what its steps are told. */
export interface ProfileSubject extends Pick<SchemeSubject, 'extra' | 'weights'> {
  /** ω(s, T): how much the parameters after s steps (0: the start) weigh after T of them, up to a common factor. Where
   *  nothing weighs anything the average is the start. */
  readonly weight: (step: number, steps: number) => number
}

/** The law that a scheme is the one that it is called: its weights, written down without any recursion.
 *
 *  @example await checkLaws(profileLaws(() => uniform(), { weight: (step) => (step > 0 ? 1 : 0) })) */
export const profileLaws = (given: SchemeMaker, asked: ProfileSubject): Suite => {
  const { weight, extra: told, weights: weightsOf = averagingWeights } = known(asked)
  const scheme = makerOf(given)()
  const extra = told ?? ((count: number) => ({ [scheme.unit]: count + 1 }))
  return {
    name: `weights of ${scheme.name}`,
    laws: [
      law(within(1e-9))(
        {
          name: 'profile',
          equation: 'w(T, s) = ω(s, T)/Σᵣ ω(r, T)',
          reason: 'a mean that is no mean, or a half-life that is none, is still an average: only its weights tell',
          bug: 'a count that is off by one: the start is averaged for ever (TensorFlow, timm), or the first steps are lost',
        },
        [
          fc.oneof(
            { weight: 4, arbitrary: fc.integer({ min: 1, max: 24 }) },
            { weight: 1, arbitrary: fc.integer({ min: 25, max: 300 }) },
          ),
        ],
        (steps) => {
          const wanted = Array.from({ length: steps + 1 }, (_, step) => weight(step, steps))
          const sum = wanted.reduce((a, b) => a + b, 0)
          return {
            left: weightsOf(scheme as Scheme, steps, { extra }).weights, // of whatever numbers and extras
            right: wanted.map((w, step) => (sum === 0 ? Number(step === 0) : w / sum)),
          }
        },
      ),
    ],
  }
}

/** The law of schemes whose window is a part of the training, whatever its length: `powerFunction`, and `halfLife` with
 *  a ramp alone.
 *
 *  @example await checkLaws(stretchLaws(() => powerFunction({ width: 0.1 }))) */
export const stretchLaws = (given: SchemeMaker): Suite => {
  const scheme = makerOf(given)()
  const keeps = (from: number, to: number): number =>
    // its coefficient hangs on the clock alone
    1 - scheme.coefficient({ n: 2, from, to }, scheme.init as never, {} as never)
  return {
    name: `profile of ${scheme.name}`,
    laws: [
      law(within(1e-11))(
        {
          name: 'stretch',
          equation: 'kept over [k·a, k·b] = kept over [a, b]',
          reason: 'who does not know how long the training will be must not have to',
          bug: 'a clock one ahead of the steps (ema-pytorch’s KarrasEMA): another profile at each length',
        },
        [fc.integer({ min: 1, max: 50 }), fc.nat({ max: 50 }), fc.integer({ min: 2, max: 9 })],
        (from, more, k) => ({
          left: [keeps(k * from, k * (from + more)), 1],
          right: [keeps(from, from + more), 1], // 1: the scale
        }),
      ),
    ],
  }
}

const known = knownOnly<ProfileSubject>('profileLaws', { weight: 'required', extra: true, weights: true })
