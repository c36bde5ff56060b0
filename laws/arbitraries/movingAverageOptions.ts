import fc from 'fast-check'
import type { MovingAverageOptions } from '../../src/averaging/withMovingAverage.js'
import { decays, schedules } from './schedules.js'

/** Which options of a moving average may appear. */
export interface AveragingDomain {
  readonly decay?: fc.Arbitrary<NonNullable<MovingAverageOptions['decay']>>
  readonly order?: fc.Arbitrary<NonNullable<MovingAverageOptions['order']>>
  readonly precision?: fc.Arbitrary<NonNullable<MovingAverageOptions['precision']>>
  /** `never` leaves `debias`, `start` and `every` out. Default `any`. */
  readonly rhythm?: 'any' | 'never'
  /** `never` leaves `numUpdates` out. Default `any`. */
  readonly counted?: 'any' | 'never'
}

/** Options of `withMovingAverage`, every subset of them. (`numUpdates: 'given'` needs an extra with each step: it has
 *  laws of its own.) */
export const movingAverageOptions = ({
  decay,
  order,
  precision,
  rhythm = 'any',
  counted = 'any',
}: AveragingDomain = {}): fc.Arbitrary<MovingAverageOptions> =>
  fc.record(
    {
      decay: decay ?? fc.oneof<fc.Arbitrary<NonNullable<MovingAverageOptions['decay']>>[]>(decays, schedules),
      order: order ?? fc.constantFrom('sequential', 'concurrent'),
      precision: precision ?? fc.constantFrom('plain', 'compensated'),
      ...(counted === 'never'
        ? {}
        : { numUpdates: fc.oneof(fc.constantFrom('before' as const, 'after' as const), fc.constant(everyThird)) }),
      ...(rhythm === 'never'
        ? {}
        : { debias: fc.boolean(), start: fc.integer({ min: 0, max: 3 }), every: fc.integer({ min: 1, max: 3 }) }),
    },
    { requiredKeys: ['decay'], noNullPrototype: true },
  )

/** A count of the user's own. */
const everyThird = (count: number): number => Math.floor(count / 3)
