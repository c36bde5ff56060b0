import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { Schedule } from '../src/scalars/Schedule.js'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** A constructor of schedules, and what it is to make. */
export interface FormulaOptions<O> {
  /** Options that it is meant for: short ways, so that a few dozen counts see all of them. */
  readonly options: fc.Arbitrary<O>
  /** The value at a count, as the paper has it. */
  readonly formula: (options: O) => Schedule
  /** Values that it has to the last bit: its first and its last one, and those at its turns.
   *
   *  @defaultValue none */
  readonly points?: (options: O) => readonly (readonly [count: number, value: number])[]
  /** Counts that it is meant for, from 0 on.
   *
   *  @defaultValue up to 2³¹ */
  readonly counts?: number
  /** How far values may lie from the formula's, as a part of the largest of them.
   *
   *  @defaultValue 1e-9 */
  readonly tolerance?: number
}

/** The law that a constructor of schedules makes those that its formula says, whatever its options: all else holds for
 *  many a schedule.
 *
 *  @example
 *  await checkLaws(followsFormula((rate: number) => (n: number) => rate / (1 + n), {
 *    options: fc.constantFrom(0.1, 1),
 *    formula: (rate) => (n) => rate / (n + 1),
 *  })) */
export const followsFormula = <O>(make: (options: O) => Schedule, given: FormulaOptions<O>): Suite =>
  lawsOf(make, known(given))

const lawsOf = <O>(
  make: (options: O) => Schedule,
  { options, formula, points = () => [], counts = 2 ** 31, tolerance = 1e-9 }: FormulaOptions<O>,
): Suite => ({
  name: 'its formula',
  laws: [
    law(within(tolerance))(
      {
        name: 'its formula',
        equation: 's(n) = the formula at n, for each count n and all options',
        reason: 'a schedule that nobody meant is lawful, too: only what it should be tells',
        bug: 'a decay that began at the warm-up’s start and not at its end; the square of a cosine for its half',
      },
      [options, fc.integer({ min: Math.min(64, counts), max: counts })],
      (given, far) => {
        const asked = [...Array.from({ length: Math.min(64, counts) }, (_, n) => n), far]
        // what is as small as a rounding of what was taken away to get it is not compared
        return { left: [asked.map(make(given)), 2 ** -20], right: [asked.map(formula(given)), 2 ** -20] }
      },
    ),
    law(exactly)(
      {
        name: 'its points',
        equation: 's(n) = the value that was asked for at n, bitwise, for all options',
        reason: 'what was asked for is 0.1, and not 0.09999999999999998',
        bug: 'b + (a − b) where a was meant: the first value is not the one that was asked for',
      },
      [options],
      (given) => {
        const schedule = make(given)
        const known = points(given)
        return { left: known.map(([n]) => schedule(n)), right: known.map(([, value]) => value) }
      },
    ),
  ],
})

const known = knownOnly<FormulaOptions<never>>('followsFormula', {
  options: 'required',
  formula: 'required',
  points: true,
  counts: true,
  tolerance: true,
})
