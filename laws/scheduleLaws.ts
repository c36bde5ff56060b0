import fc from 'fast-check'
import type { Schedule } from '../src/scalars/Schedule.js'
import { exactly } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** What a schedule is known to do. */
export interface ScheduleOptions {
  /** Between which values it stays. Default: nothing is said. */
  readonly bounds?: readonly [least: number, most: number]
  /** Counts that it is meant for, from 0 on. Default up to 2³¹. */
  readonly counts?: number
}

/** The laws of a schedule.
 *
 *  @example checkLaws(scheduleLaws((count) => 0.1 / (1 + count), { bounds: [0, 0.1] })) */
export const scheduleLaws = (schedule: Schedule, { bounds, counts = 2 ** 31 }: ScheduleOptions = {}): Suite => {
  const count = fc.oneof(fc.integer({ min: 0, max: Math.min(counts, 100) }), fc.integer({ min: 0, max: counts }))
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
        (n) => ({ left: Number.isFinite(schedule(n)), right: true }),
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
          const before = schedule(n)
          others.forEach((other) => schedule(other))
          return { left: schedule(n), right: before }
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
              (n) => ({ left: schedule(n), right: Math.min(Math.max(schedule(n), bounds[0]), bounds[1]) }),
            ),
          ]),
    ],
  }
}
