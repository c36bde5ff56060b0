import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import * as schedules from './index.js'
import type { Schedule } from './index.js'

interface Row {
  readonly name: string
  readonly options: object
  readonly counts: readonly number[]
  readonly values: readonly number[]
}

// The file is this repository's own; a row that is not one fails the test that reads it.
const { schedules: rows } = JSON.parse(
  readFileSync(new URL('../../laws/checks/oracle/schedules.json', import.meta.url), 'utf8'),
) as { readonly schedules: readonly Row[] }

/** Schedules inside options stand in the file as `{ $schedule: { name, options } }`. */
const revived = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revived)
  if (typeof value !== 'object' || value === null) return value
  if ('$schedule' in value) return built(value.$schedule as Row)
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, revived(x)]))
}

const built = ({ name, options }: Pick<Row, 'name' | 'options'>): Schedule => {
  // Names and options come as data, so the compiler cannot pair them; the constructors check them at run time.
  const constructors = schedules as unknown as Readonly<Record<string, (options: unknown) => Schedule>>
  const constructor = constructors[name]
  if (constructor === undefined) throw new Error(`the oracle names ${name}, which is not exported`)
  return constructor(revived(options))
}

const scaleOf = (values: readonly number[]): number => Math.max(...values.map(Math.abs), Number.MIN_VALUE)

const gap = (schedule: Schedule, { counts, values }: Pick<Row, 'counts' | 'values'>): number =>
  Math.max(...counts.map((n, i) => Math.abs(schedule(n) - (values[i] ?? NaN)))) / scaleOf(values)

/** What is no schedule, and the schedules that optax lacks. */
const others: readonly string[] = [
  'describeSchedule',
  'valueAt',
  'cyclicSchedule',
  'infiniteSchedule',
  'inverseSqrtSchedule',
  'rexSchedule',
  'swalrSchedule',
  'warmupStableDecaySchedule',
]

describe('schedules agree with optax in float64', () => {
  it('covers every constructor', () => {
    const makers = Object.keys(schedules).filter((name) => !others.includes(name))
    expect(makers).toHaveLength(14)
    expect([...new Set(rows.map(({ name }) => name))].toSorted()).toStrictEqual(makers.toSorted())
    expect(rows).toHaveLength(53)
  })

  const titled = rows.map((row, i) => ({ ...row, title: `${i} ${row.name} ${JSON.stringify(row.options)}` }))
  it.each(titled)('$title', (row) => {
    expect(row.counts).toHaveLength(45)
    expect(gap(built(row), row)).toBeLessThan(1e-12)
  })
})

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** Printed to six digits, so compared to half a unit of the last. */
const golden: readonly (readonly [string, Schedule, readonly number[]])[] = [
  [
    'piecewise constant',
    schedules.piecewiseConstantSchedule({ initValue: 1, boundariesAndScales: { 3: 0.5 } }),
    [1, 1, 1, 0.5, 0.5],
  ],
  [
    'exponential decay',
    schedules.exponentialDecay({ initValue: 1, transitionSteps: 10, decayRate: 0.5 }),
    [1, 0.933033, 0.870551, 0.812252, 0.757858, Math.SQRT1_2, 0.659754, 0.615572, 0.574349, 0.535887, 0.5, 0.466516],
  ],
  [
    'exponential decay in stairs',
    schedules.exponentialDecay({ initValue: 1, transitionSteps: 10, decayRate: 0.5, staircase: true }),
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5],
  ],
  [
    'warm-up and cosine decay',
    schedules.warmupCosineDecaySchedule({ initValue: 0, peakValue: 1, warmupSteps: 2, decaySteps: 10, endValue: 0.1 }),
    [0, 0.5, 1, 0.965746, 0.868198, 0.722208, 0.55, 0.377792, 0.231802, 0.134254, 0.1, 0.1, 0.1],
  ],
  [
    'polynomial',
    schedules.polynomialSchedule({ initValue: 1, endValue: 0, power: 2, transitionSteps: 10, transitionBegin: 2 }),
    [1, 1, 1, 0.81, 0.64, 0.49, 0.36, 0.25, 0.16, 0.09, 0.04, 0.01, 0],
  ],
  [
    'cosine decay',
    schedules.cosineDecaySchedule({ initValue: 1, decaySteps: 10, alpha: 0.1 }),
    [1, 0.977975, 0.914058, 0.814503, 0.689058, 0.55, 0.410942, 0.285497, 0.185942, 0.122025, 0.1, 0.1, 0.1],
  ],
  [
    'cosine one-cycle',
    schedules.cosineOnecycleSchedule({ transitionSteps: 10, peakValue: 1 }),
    [0.04, 0.28, 0.76, 1, 0.950485, 0.811746, 0.611262, 0.388742, 0.188258, 0.049519, 4e-6, 4e-6, 4e-6],
  ],
  [
    'linear one-cycle',
    schedules.linearOnecycleSchedule({ transitionSteps: 10, peakValue: 1 }),
    [0.04, 0.36, 0.68, 1, 0.808, 0.616, 0.424, 0.232, 0.04, 0.020002, 4e-6, 4e-6, 4e-6],
  ],
  [
    'warm restarts',
    schedules.sgdrSchedule({
      cosineKwargs: [
        { initValue: 0, peakValue: 1, warmupSteps: 1, decaySteps: 4 },
        { initValue: 0, peakValue: 0.5, warmupSteps: 1, decaySteps: 4 },
      ],
    }),
    [0, 1, 0.75, 0.25, 0, 0.5, 0.375, 0.125, 0, 0, 0, 0, 0],
  ],
  [
    'warm-up and exponential decay',
    schedules.warmupExponentialDecaySchedule({
      initValue: 0,
      peakValue: 1,
      warmupSteps: 2,
      transitionSteps: 4,
      decayRate: 0.5,
    }),
    [0, 0.5, 1, 0.840896, Math.SQRT1_2, 0.594604, 0.5, 0.420448, 0.353553, 0.297302, 0.25, 0.210224, 0.176777],
  ],
  [
    'piecewise interpolation',
    schedules.piecewiseInterpolateSchedule({
      interpolateType: 'linear',
      initValue: 1,
      boundariesAndScales: { 4: 0.5, 8: 0.1 },
    }),
    [1, 0.875, 0.75, 0.625, 0.5, 0.3875, 0.275, 0.1625, 0.05, 0.05],
  ],
]

describe('printed values of optax', () => {
  it.each(golden)('%s', (_, schedule, values) => {
    expect(Math.max(...upTo(values.length).map((n) => Math.abs(schedule(n) - (values[n] ?? NaN))))).toBeLessThan(5.1e-7)
  })
})
