import { expect, test } from 'vitest'
import { scheduleLaws } from '../../laws/scheduleLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import type { Schedule } from '../scalars/Schedule.js'
import * as schedules from './index.js'
import { casesOf } from '../../laws/checks/part.js'

/** Every schedule of the barrel, and between which values it stays. */
const rows: Readonly<Record<string, readonly [Schedule, readonly [number, number]]>> = {
  constantSchedule: [schedules.constantSchedule({ value: 0.5 }), [0.5, 0.5]],
  cosineDecaySchedule: [schedules.cosineDecaySchedule({ initValue: 1, decaySteps: 50, alpha: 0.1 }), [0.1, 1]],
  cosineOnecycleSchedule: [schedules.cosineOnecycleSchedule({ transitionSteps: 60, peakValue: 1 }), [0, 1]],
  exponentialDecay: [
    schedules.exponentialDecay({ initValue: 1, transitionSteps: 10, decayRate: 0.5, endValue: 0.01 }),
    [0.01, 1],
  ],
  joinSchedules: [
    schedules.joinSchedules({
      schedules: [
        schedules.linearSchedule({ initValue: 0, endValue: 1, transitionSteps: 5 }),
        schedules.constantSchedule({ value: 1 }),
      ],
      boundaries: [5],
    }),
    [0, 1],
  ],
  linearOnecycleSchedule: [schedules.linearOnecycleSchedule({ transitionSteps: 60, peakValue: 1 }), [0, 1]],
  cyclicSchedule: [
    schedules.cyclicSchedule({ baseValue: 0.1, maxValue: 1, stepSizeUp: 3, stepSizeDown: 5, mode: 'triangular2' }),
    [0.1, 1],
  ],
  infiniteSchedule: [
    schedules.infiniteSchedule({
      peakValue: 1,
      constantValue: 0.5,
      endValue: 0.1,
      warmupSteps: 5,
      cooldownEnd: 20,
      constantEnd: 30,
      annealEnd: 40,
    }),
    [0, 1],
  ],
  inverseSqrtSchedule: [schedules.inverseSqrtSchedule({ peakValue: 1, warmupSteps: 10, offset: 3 }), [0, 1]],
  rexSchedule: [schedules.rexSchedule({ initValue: 1, transitionSteps: 20 }), [0, 1]],
  swalrSchedule: [
    schedules.swalrSchedule({ initValue: 1, swaValue: 0.1, annealSteps: 7, transitionBegin: 4 }),
    [0.1, 1],
  ],
  warmupStableDecaySchedule: [
    schedules.warmupStableDecaySchedule({
      peakValue: 1,
      warmupSteps: 5,
      stableSteps: 9,
      decaySteps: 12,
      endValue: 0.1,
    }),
    [0, 1],
  ],
  linearSchedule: [schedules.linearSchedule({ initValue: 1, endValue: 0.1, transitionSteps: 30 }), [0.1, 1]],
  piecewiseConstantSchedule: [
    schedules.piecewiseConstantSchedule({ initValue: 1, boundariesAndScales: { 10: 0.5, 20: 0.5 } }),
    [0.25, 1],
  ],
  piecewiseInterpolateSchedule: [
    schedules.piecewiseInterpolateSchedule({
      interpolateType: 'cosine',
      initValue: 1,
      boundariesAndScales: { 10: 0.5, 20: 0.5 },
    }),
    [0.25, 1],
  ],
  polynomialSchedule: [
    schedules.polynomialSchedule({ initValue: 1, endValue: 0, power: 2, transitionSteps: 30 }),
    [0, 1],
  ],
  sgdrSchedule: [
    schedules.sgdrSchedule({ cosineKwargs: [{ initValue: 0, peakValue: 1, warmupSteps: 2, decaySteps: 10 }] }),
    [0, 1],
  ],
  warmupConstantSchedule: [schedules.warmupConstantSchedule({ initValue: 0, peakValue: 1, warmupSteps: 10 }), [0, 1]],
  warmupCosineDecaySchedule: [
    schedules.warmupCosineDecaySchedule({ initValue: 0, peakValue: 1, warmupSteps: 10, decaySteps: 50 }),
    [0, 1],
  ],
  warmupExponentialDecaySchedule: [
    schedules.warmupExponentialDecaySchedule({
      initValue: 0,
      peakValue: 1,
      warmupSteps: 10,
      transitionSteps: 10,
      decayRate: 0.5,
    }),
    [0, 1],
  ],
}

test('every schedule has a row', () => {
  const { describeSchedule: _, valueAt: _valueAt, ...all } = schedules
  expect(Object.keys(rows).toSorted()).toEqual(Object.keys(all).toSorted())
})

for (const [schedule, bounds] of Object.values(rows))
  describeLaws(scheduleLaws(schedule, { bounds }), { numRuns: casesOf(200) })
