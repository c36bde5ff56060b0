import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  constantSchedule,
  cosineDecaySchedule,
  cosineOnecycleSchedule,
  describeSchedule,
  exponentialDecay,
  joinSchedules,
  linearOnecycleSchedule,
  linearSchedule,
  piecewiseConstantSchedule,
  piecewiseInterpolateSchedule,
  polynomialSchedule,
  type Schedule,
  sgdrSchedule,
  warmupConstantSchedule,
  warmupCosineDecaySchedule,
  warmupExponentialDecaySchedule,
} from './index.js'

// Thousandths: no subnormals, whose spacing no relative rounding describes, and no -0.
const value = fc.integer({ min: -10_000, max: 10_000 }).map((x) => x / 1000)
const level = fc.double({ min: 1e-3, max: 10, noNaN: true })
const steps = fc.integer({ min: 1, max: 60 })
const begin = fc.integer({ min: 0, max: 20 })
const counts = Array.from({ length: 100 }, (_, i) => i)

/** Never turns, up to a rounding of the largest value. */
const monotone = (schedule: Schedule, from: number, to: number): boolean => {
  const values = counts.slice(from, to + 1).map(schedule)
  const rounding = 4 * Number.EPSILON * Math.max(...values.map(Math.abs))
  const changes = values.slice(1).map((x, i) => x - (values[i] ?? NaN))
  return changes.every((d) => d >= -rounding) || changes.every((d) => d <= rounding)
}

describe('laws', () => {
  it('polynomial: exactly the ends outside, monotone between, a line for power 1', () => {
    const powers = fc.double({ min: 0.1, max: 4, noNaN: true })
    fc.assert(
      fc.property(value, value, powers, steps, begin, (a, b, power, T, at) => {
        const given = { initValue: a, endValue: b, transitionSteps: T, transitionBegin: at }
        const s = polynomialSchedule({ ...given, power })
        expect([s(0), s(at), s(at + T), s(at + T + 1), s(1e9)]).toStrictEqual([a, a, b, b, b])
        expect(monotone(s, 0, 99)).toBe(true)
        const line = linearSchedule(given)
        expect(counts.map(line)).toStrictEqual(counts.map(polynomialSchedule({ ...given, power: 1 })))
      }),
    )
  })

  it('cosine decay: init at 0, the floor from the end on, monotone between', () => {
    fc.assert(
      fc.property(level, steps, fc.double({ min: 0, max: 1, noNaN: true }), (a, T, alpha) => {
        const s = cosineDecaySchedule({ initValue: a, decaySteps: T, alpha })
        expect(s(0)).toBeCloseTo(a, 12)
        expect([s(T), s(T + 1), s(1e9)]).toStrictEqual([a * alpha, a * alpha, a * alpha])
        expect(monotone(s, 0, 99)).toBe(true)
      }),
    )
  })

  it('exponential decay: monotone, bounded, multiplied by its rate every T steps', () => {
    fc.assert(
      fc.property(level, steps, fc.double({ min: 0.1, max: 1.5, noNaN: true }), begin, (a, T, rate, at) => {
        const given = { initValue: a, transitionSteps: T, decayRate: rate, transitionBegin: at }
        const s = exponentialDecay(given)
        expect(monotone(s, 0, 99)).toBe(true)
        for (const k of [0, 1, 7]) expect(s(at + k + T) / s(at + k)).toBeCloseTo(rate, 9)
        const stairs = exponentialDecay({ ...given, staircase: true })
        expect([at, at + T - 1].map(stairs)).toStrictEqual([a, a])
        const bounded = exponentialDecay({ ...given, endValue: a })
        expect(counts.every((n) => bounded(n) === a)).toBe(true)
      }),
    )
  })

  it('piecewise: jumps at the boundary, interpolation through the same values', () => {
    fc.assert(
      fc.property(
        value,
        steps,
        steps,
        level,
        level,
        fc.constantFrom('linear' as const, 'cosine' as const),
        (a, first, gap, x, y, interpolateType) => {
          const given = { initValue: a, boundariesAndScales: { [first + gap]: y, [first]: x } }
          const jumps = piecewiseConstantSchedule(given)
          const [b, c] = [a * x, a * x * y]
          expect([first - 1, first, first + gap - 1, first + gap, 1e9].map(jumps)).toStrictEqual([a, b, b, c, c])
          const curve = piecewiseInterpolateSchedule({ ...given, interpolateType })
          expect([0, first, first + gap, 1e9].map(curve)).toStrictEqual([0, first, first + gap, 1e9].map(jumps))
          expect(monotone(curve, 0, first) && monotone(curve, first, first + gap)).toBe(true)
        },
      ),
    )
  })

  it('one-cycle: up to the peak, down after it, flat at the end, even when points coincide', () => {
    fc.assert(
      fc.property(steps, level, (T, peak) => {
        const top = Math.floor(0.3 * T)
        for (const make of [cosineOnecycleSchedule, linearOnecycleSchedule]) {
          const s = make({ transitionSteps: T, peakValue: peak })
          expect(monotone(s, 0, top) && monotone(s, top, 99)).toBe(true)
          if (top > 0) expect([s(0), s(top)]).toStrictEqual([peak / 25, peak])
          expect([s(T), s(1e9)]).toStrictEqual([peak / 25e4, peak / 25e4])
          expect(counts.every((n) => s(n) <= peak && s(n) >= peak / 25e4)).toBe(true)
        }
      }),
    )
  })

  it('warm-ups: a line to the peak, then what follows on its own clock', () => {
    fc.assert(
      fc.property(value, level, begin, steps, (a, peak, W, T) => {
        const warmup = { initValue: a, peakValue: peak, warmupSteps: W }
        const line = linearSchedule({ initValue: a, endValue: peak, transitionSteps: W })
        const cases: readonly (readonly [Schedule, Schedule])[] = [
          [warmupConstantSchedule(warmup), constantSchedule({ value: peak })],
          [
            warmupCosineDecaySchedule({ ...warmup, decaySteps: W + T }),
            cosineDecaySchedule({ initValue: peak, decaySteps: T }),
          ],
          [
            warmupExponentialDecaySchedule({ ...warmup, transitionSteps: T, decayRate: 0.5 }),
            exponentialDecay({ initValue: peak, transitionSteps: T, decayRate: 0.5 }),
          ],
        ]
        for (const [s, after] of cases) {
          expect(counts.map(s)).toStrictEqual(counts.map((n) => (n < W ? line(n) : after(n - W))))
          expect(s(W)).toBe(peak)
        }
      }),
    )
  })

  it('join: each piece on its own clock, only the one in force asked, one piece is itself', () => {
    fc.assert(
      fc.property(fc.array(begin, { maxLength: 4 }), (gaps) => {
        const boundaries = gaps.reduce<readonly number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], [])
        const asked: number[] = []
        const schedules = [0, ...boundaries].map((_, i) => (n: number) => (asked.push(i), 1000 * i + n))
        const s = joinSchedules({ schedules, boundaries })
        for (const n of counts) {
          const i = boundaries.filter((boundary) => boundary <= n).length
          expect(s(n)).toBe(1000 * i + n - (boundaries[i - 1] ?? 0))
          expect(asked.splice(0)).toStrictEqual([i])
        }
      }),
    )
  })

  it('join: inside a join it is the flat one', () => {
    fc.assert(
      fc.property(begin, begin, (k, gap) => {
        const [a, b, c] = [(n: number) => n, (n: number) => 100 + n, (n: number) => 200 + n]
        const flat = joinSchedules({ schedules: [a, b, c], boundaries: [k, k + gap] })
        const right = joinSchedules({ schedules: [b, c], boundaries: [gap] })
        const left = joinSchedules({ schedules: [a, b], boundaries: [k] })
        expect(counts.map(joinSchedules({ schedules: [a, right], boundaries: [k] }))).toStrictEqual(counts.map(flat))
        const restarted = joinSchedules({ schedules: [left, c], boundaries: [k + gap] })
        expect(counts.map(restarted)).toStrictEqual(counts.map(flat))
      }),
    )
  })

  it('sgdr: one cycle is its warm-up and decay; each cycle starts over', () => {
    const cycle = { initValue: 0.1, peakValue: 1, warmupSteps: 3, decaySteps: 10, endValue: 0.05, exponent: 2 }
    const one = warmupCosineDecaySchedule(cycle)
    expect(counts.map(sgdrSchedule({ cosineKwargs: [cycle] }))).toStrictEqual(counts.map(one))
    const thrice = sgdrSchedule({ cosineKwargs: [cycle, cycle, cycle] })
    expect(counts.slice(0, 30).map(thrice)).toStrictEqual(counts.slice(0, 30).map((n) => one(n % 10)))
    expect(thrice(1e6)).toBeCloseTo(0.05, 15)
  })
})

describe('no way at all', () => {
  it('is the initial value for ever, but a warm-up of no steps is over', () => {
    const way = { initValue: 0.25, transitionSteps: 0 }
    const still = [linearSchedule({ ...way, endValue: 1 }), exponentialDecay({ ...way, decayRate: 0.5, endValue: 1 })]
    for (const s of still) {
      expect([s(0), s(1), s(100)]).toStrictEqual([0.25, 0.25, 0.25])
    }
    expect(exponentialDecay({ initValue: 0.25, transitionSteps: 5, decayRate: 0 })(100)).toBe(0.25)
    expect(warmupConstantSchedule({ initValue: 0, peakValue: 1, warmupSteps: 0 })(0)).toBe(1)
  })
})

describe('bad options', () => {
  it.each<readonly [string, () => Schedule]>([
    ['constantSchedule: value must be a finite number, found NaN', () => constantSchedule({ value: NaN })],
    [
      'polynomialSchedule: transitionBegin must be an integer ≥ 0, found -1',
      () => polynomialSchedule({ initValue: 1, endValue: 0, power: 1, transitionSteps: 5, transitionBegin: -1 }),
    ],
    [
      'linearSchedule: transitionSteps must be an integer ≥ 0, found 2.5',
      () => linearSchedule({ initValue: 1, endValue: 0, transitionSteps: 2.5 }),
    ],
    [
      'exponentialDecay: decayRate must be a finite number ≥ 0, found -0.5',
      () => exponentialDecay({ initValue: 1, transitionSteps: 5, decayRate: -0.5 }),
    ],
    [
      'piecewiseConstantSchedule: boundariesAndScales.20 must be a finite number ≥ 0, found -1',
      () => piecewiseConstantSchedule({ initValue: 1, boundariesAndScales: { 10: 1, 20: -1 } }),
    ],
    [
      "piecewiseConstantSchedule: boundariesAndScales must be a record whose keys are integers ≥ 0 (not '-3')",
      () => piecewiseConstantSchedule({ initValue: 1, boundariesAndScales: { [-3]: 1 } }),
    ],
    [
      'cosineDecaySchedule: decaySteps must be an integer ≥ 1, found 0',
      () => cosineDecaySchedule({ initValue: 1, decaySteps: 0 }),
    ],
    [
      'cosineOnecycleSchedule: pctStart must be a number in [0, 1], found 30',
      () => cosineOnecycleSchedule({ transitionSteps: 10, peakValue: 1, pctStart: 30 }),
    ],
    [
      'linearOnecycleSchedule: pctFinal must be at least pctStart (0.9), found 0.85',
      () => linearOnecycleSchedule({ transitionSteps: 10, peakValue: 1, pctStart: 0.9 }),
    ],
    [
      'warmupCosineDecaySchedule: decaySteps must be an integer > warmupSteps (100), found 50',
      () => warmupCosineDecaySchedule({ initValue: 0, peakValue: 1, warmupSteps: 100, decaySteps: 50 }),
    ],
    [
      'sgdrSchedule: cosineKwargs.1: decaySteps must be an integer > warmupSteps (9), found 4',
      () =>
        sgdrSchedule({
          cosineKwargs: [
            { initValue: 0, peakValue: 1, warmupSteps: 1, decaySteps: 4 },
            { initValue: 0, peakValue: 1, warmupSteps: 9, decaySteps: 4 },
          ],
        }),
    ],
    ['sgdrSchedule: cosineKwargs must be an array of at least 1', () => sgdrSchedule({ cosineKwargs: [] })],
    [
      'joinSchedules: boundaries must be one fewer than schedules, found 2 for 2',
      () => joinSchedules({ schedules: [Math.abs, Math.abs], boundaries: [1, 2] }),
    ],
    [
      'joinSchedules: boundaries.1 must be at least the boundary before it (5), found 4',
      () => joinSchedules({ schedules: [Math.abs, Math.abs, Math.abs], boundaries: [5, 4] }),
    ],
  ])('%s', (message, act) => {
    expect(act).toThrow(message)
    expect(act).toThrow(RangeError)
  })

  it('names a misspelt option of a cycle', () => {
    const cycle = { initValue: 0, peakValue: 1, warmupSteps: 1, decaySteps: 4, end_value: 1 }
    expect(() => sgdrSchedule({ cosineKwargs: [cycle] })).toThrow(
      'sgdrSchedule: cosineKwargs.0: there is no option end_value. Did you mean endValue?',
    )
  })
})

describe('describeSchedule', () => {
  const cosine = warmupCosineDecaySchedule({ initValue: 0, peakValue: 1, warmupSteps: 2, decaySteps: 10 })

  it('tells constructor and checked options, and nothing of a function of the user', () => {
    expect(describeSchedule(cosine)).toStrictEqual({
      name: 'warmupCosineDecaySchedule',
      options: { initValue: 0, peakValue: 1, warmupSteps: 2, decaySteps: 10, endValue: 0, exponent: 1 },
    })
    expect(describeSchedule((n) => n)).toBeUndefined()
  })

  it('is plain frozen data, schedules inside included', () => {
    const halving = (n: number) => 0.5 ** n
    const told = describeSchedule(joinSchedules({ schedules: [cosine, halving], boundaries: [10] }))
    expect(JSON.parse(JSON.stringify(told))).toStrictEqual(told)
    expect(told).toStrictEqual({
      name: 'joinSchedules',
      options: { schedules: [{ $schedule: describeSchedule(cosine) }, { $function: 'halving' }], boundaries: [10] },
    })
    expect(Object.isFrozen(told) && Object.isFrozen(told?.options)).toBe(true)
  })

  it('is told by every constructor under its own name', () => {
    const line = { initValue: 1, endValue: 0, transitionSteps: 5 }
    const cycle = { initValue: 0, peakValue: 1, warmupSteps: 1, decaySteps: 4 }
    const warmup = { initValue: 0, peakValue: 1, warmupSteps: 1 }
    const every = {
      constantSchedule: constantSchedule({ value: 1 }),
      polynomialSchedule: polynomialSchedule({ ...line, power: 2 }),
      linearSchedule: linearSchedule(line),
      exponentialDecay: exponentialDecay({ initValue: 1, transitionSteps: 5, decayRate: 0.5 }),
      piecewiseConstantSchedule: piecewiseConstantSchedule({ initValue: 1 }),
      piecewiseInterpolateSchedule: piecewiseInterpolateSchedule({ initValue: 1, interpolateType: 'linear' }),
      cosineDecaySchedule: cosineDecaySchedule({ initValue: 1, decaySteps: 5 }),
      cosineOnecycleSchedule: cosineOnecycleSchedule({ transitionSteps: 5, peakValue: 1 }),
      linearOnecycleSchedule: linearOnecycleSchedule({ transitionSteps: 5, peakValue: 1 }),
      warmupConstantSchedule: warmupConstantSchedule(warmup),
      warmupCosineDecaySchedule: cosine,
      warmupExponentialDecaySchedule: warmupExponentialDecaySchedule({ ...warmup, transitionSteps: 5, decayRate: 0.5 }),
      sgdrSchedule: sgdrSchedule({ cosineKwargs: [cycle] }),
      joinSchedules: joinSchedules({ schedules: [cosine], boundaries: [] }),
    }
    for (const [name, schedule] of Object.entries(every)) expect(describeSchedule(schedule)?.name).toBe(name)
  })
})
