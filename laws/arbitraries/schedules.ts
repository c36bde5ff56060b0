import fc from 'fast-check'
import type { Schedule } from '../../src/scalars/Schedule.js'
import { constantSchedule } from '../../src/schedules/constantSchedule.js'
import { cosineDecaySchedule } from '../../src/schedules/cosineDecaySchedule.js'
import { exponentialDecay } from '../../src/schedules/exponentialDecay.js'
import { linearSchedule } from '../../src/schedules/linearSchedule.js'
import { piecewiseConstantSchedule } from '../../src/schedules/piecewiseConstantSchedule.js'

/** Sixteenths in [0, 1], both ends often. */
const unit = fc.oneof(
  fc.constantFrom(0, 1, 0.5),
  fc.integer({ min: 0, max: 16 }).map((k) => k / 16),
)

const steps = fc.integer({ min: 1, max: 8 })

/** Schedules with values in [0, 1]: learning rates and decays. A report shows the constructor and its options. */
export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  unit.map((value) => constantSchedule({ value })),
  fc
    .tuple(unit, unit, steps)
    .map(([initValue, endValue, transitionSteps]) => linearSchedule({ initValue, endValue, transitionSteps })),
  fc.tuple(unit, steps).map(([initValue, decaySteps]) => cosineDecaySchedule({ initValue, decaySteps })),
  fc
    .tuple(unit, steps)
    .map(([initValue, transitionSteps]) => exponentialDecay({ initValue, transitionSteps, decayRate: 0.5 })),
  fc
    .tuple(unit, steps)
    .map(([initValue, at]) => piecewiseConstantSchedule({ initValue, boundariesAndScales: { [at]: 0.5 } })),
)

/** Decays that people use, and both ends. */
export const decays: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0.5, 0, 1, 0.9, 0.99, 0.999, 0.9999, 0.1, 0.25, 0.75),
  fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000),
)

/** Decays that are sixteenths: averages of dyadic values stay exact for a few steps. */
export const dyadicDecays: fc.Arbitrary<number> = fc.constantFrom(0.5, 0, 1, 0.25, 0.75)
