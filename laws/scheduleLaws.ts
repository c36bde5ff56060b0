import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { Schedule } from '../src/scalars/Schedule.js'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'

/** What a schedule is known to do. */
export interface ScheduleOptions {
  /** Between which values it stays.
   *
   *  @defaultValue nothing is said */
  readonly bounds?: readonly [least: number, most: number]
  /** Counts that it is meant for, from 0 on.
   *
   *  @defaultValue up to 2³¹ */
  readonly counts?: number
  /** Makes another one: fresh ones are then compared with used ones.
   *
   *  @defaultValue the schedule itself */
  readonly fresh?: () => Schedule
  /** Values that it has at certain counts: the peak where the warm-up ends, the end where the decay does.
   *
   *  @defaultValue nothing is said */
  readonly at?: Readonly<Record<number, number>>
  /** After how many counts it begins again: a cycle.
   *
   *  @defaultValue nothing is said */
  readonly period?: number
  /** The most that it changes from one count to the next.
   *
   *  @defaultValue nothing is said */
  readonly smooth?: number
  /** Whether it never rises, or never falls, from a count on.
   *
   *  @defaultValue nothing is said */
  readonly monotone?: { readonly way: 'up' | 'down'; readonly from?: number }
}

/** The laws of a schedule.
 *
 *  @example await checkLaws(scheduleLaws((count) => 0.1 / (1 + count), { bounds: [0, 0.1] })) */
export const scheduleLaws = (schedule: Schedule, given: ScheduleOptions = {}): Suite => {
  const { bounds, counts = 2 ** 31, at, period, smooth, monotone, fresh = () => schedule } = known(given)
  const count = fc.oneof(
    fc.integer({ min: 0, max: Math.min(counts, 100) }),
    fc.integer({ min: 0, max: counts }),
    fc.integer({ min: 0, max: Math.floor(Math.log2(counts + 1)) }).map((k) => Math.min(counts, 2 ** k)),
  )
  // Where it is said to turn is where it breaks: those counts and their neighbours are looked at in each case.
  const turns = Object.keys(at ?? {}).map(Number) // nothing need be said
  const near = (most: number): readonly number[] =>
    turns.flatMap((n) => Array.from({ length: 2 * most + 1 }, (_, i) => n - most + i)).filter((n) => n >= 0)
  return {
    name: 'schedule',
    laws: [
      law(exactly)(
        {
          name: 'finite',
          equation: '|s(n)| < ∞ for every count n, 0 among them',
          reason: 'the first step and the millionth are steps too',
          bug: 'warm-up over 0 steps: 0/0 at the first step',
        },
        [count],
        (n) => {
          const asked = [n, ...near(2)]
          return { left: asked.filter((one) => !Number.isFinite(schedule(one))), right: [] }
        },
      ),
      law(exactly)(
        {
          name: 'a function of the count',
          equation: 's(n) is the same, whatever was asked before',
          reason: 'a resumed training asks from the middle on',
          bug: 'a scheduler that counted its calls: resuming and evaluating moved the rate (PyTorch’s scheduler.step)',
        },
        [count, fc.array(count, { maxLength: 3 })],
        (n, others) => {
          const used = fresh()
          const before = used(n)
          others.forEach((other) => used(other))
          return { left: [used(n), fresh()(n)], right: [before, before] }
        },
      ),
      ...(bounds === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'bounds',
                equation: 'least ≤ s(n) ≤ most',
                reason: 'no rate above the peak, and none below the end',
                bug: 'a cosine that went up again after its last step',
              },
              [count],
              (n) => {
                const values = [n, ...near(2)].map((one) => schedule(one))
                return { left: values, right: values.map((value) => Math.min(Math.max(value, bounds[0]), bounds[1])) }
              },
            ),
          ]),
      ...(at === undefined
        ? []
        : [
            law(within(1e-9))(
              {
                name: 'values at counts',
                equation: 's(n) = the value that is told, for each count that is told',
                reason: 'a peak one step late is another schedule in every table',
                bug: 'a warm-up of n steps that reached its peak after n + 1, or began above 0 (transformers, and back)',
              },
              [fc.constantFrom(...Object.entries(at).map(([n, value]) => [Number(n), value] as const))],
              ([n, value]) => ({ left: [schedule(n), 1], right: [value, 1] }),
            ),
          ]),
      ...(period === undefined
        ? []
        : [
            law(within(1e-9))(
              {
                name: 'period',
                equation: `s(n + ${period}) = s(n)`,
                reason: 'the second cycle is as the first, and the hundredth',
                bug: 'a second cycle that was twice as long; a restart one step late, and then later at each',
              },
              [count, fc.integer({ min: 1, max: 3 })],
              (n, cycles) => ({ left: [schedule(n + cycles * period), 1], right: [schedule(n), 1] }),
            ),
          ]),
      ...(smooth === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'smooth',
                equation: `|s(n + 1) − s(n)| ≤ ${smooth}`,
                reason: 'a jump of the rate is a jump of the loss',
                bug: 'pieces joined with the count of the whole in place of their own: a jump at every joint',
              },
              [count],
              (n) => {
                const asked = [...Array.from({ length: 32 }, (_, i) => n + i), ...near(4)]
                const jumps = asked.map((one) => Math.abs(schedule(one + 1) - schedule(one)))
                return { left: jumps, right: jumps.map((jump) => Math.min(jump, smooth * (1 + 1e-9))) }
              },
            ),
          ]),
      ...(monotone === undefined
        ? []
        : [
            law(exactly)(
              {
                name: `never goes ${monotone.way === 'up' ? 'down' : 'up'}`,
                // from the first count on, unless it is said
                equation: `n ≥ ${monotone.from ?? 0} ⇒ s(n + 1) ${monotone.way === 'up' ? '≥' : '≤'} s(n)`,
                reason: 'a decay that begins again undoes what was settled',
                bug: 'a cosine that went up again after its last step;  a period in epochs that was counted in steps',
              },
              [count, fc.integer({ min: 1, max: 5 })],
              (n, more) => {
                const { way, from = 0 } = monotone
                const asked = [n + from, ...near(6).filter((one) => one >= from)]
                const then = asked.map((one) => schedule(one + more))
                const bound = zipped(asked, then, (one, later) =>
                  Math[way === 'up' ? 'max' : 'min'](schedule(one), later),
                )
                return { left: then, right: bound }
              },
            ),
          ]),
    ],
  }
}

const known = knownOnly<ScheduleOptions>('scheduleLaws', {
  bounds: true,
  counts: true,
  at: true,
  period: true,
  smooth: true,
  monotone: true,
  fresh: true,
})
