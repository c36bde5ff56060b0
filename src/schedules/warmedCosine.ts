/** @internal */

import { count as steps, positiveCount } from '../scalars/Count.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { type Checked, type Given, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { cosineDecaySchedule } from './cosineDecaySchedule.js'
import { joinSchedules } from './joinSchedules.js'
import { linearSchedule } from './linearSchedule.js'

const spec = {
  initValue: required(finite),
  peakValue: required(finite),
  warmupSteps: required(steps),
  decaySteps: required(positiveCount),
  endValue: withDefault(finite, 0),
  exponent: withDefault(nonNegative, 1),
}

/** One warm-up and one cosine decay, with errors that name who asked: a constructor or one of its cycles. */
export const warmedCosine =
  (where: string) =>
  (given: Given<typeof spec>): { readonly checked: Checked<typeof spec>; readonly schedule: Schedule } => {
    const checked = options(where, spec)(given)
    const { initValue, peakValue, warmupSteps, decaySteps, endValue, exponent } = checked
    if (decaySteps <= warmupSteps) {
      throw new RangeError(
        `${where}: decaySteps must be an integer > warmupSteps (${warmupSteps}), found ${decaySteps}. ` +
          `It is the total length, warm-up included: pass e.g. { decaySteps: ${warmupSteps + decaySteps} }.`,
      )
    }
    const warmup = linearSchedule({ initValue, endValue: peakValue, transitionSteps: warmupSteps })
    const decay = cosineDecaySchedule({
      initValue: peakValue,
      decaySteps: decaySteps - warmupSteps,
      alpha: peakValue === 0 ? 0 : endValue / peakValue,
      exponent,
    })
    return { checked, schedule: joinSchedules({ schedules: [warmup, decay], boundaries: [warmupSteps] }) }
  }
