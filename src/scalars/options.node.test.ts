import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { halfOpenUnit } from './Momentum.js'
import { anything, byCount, flag, fn, listOf, numberOrSchedule, oneOf, schedule, text } from './kinds.js'
import { asGiven } from './checkedFunction.js'
import { count } from './Count.js'
import { unitInterval } from './Decay.js'
import { learningRate } from './LearningRate.js'
import { finite, nonNegative, positive } from './numbers.js'
import type { Schedule } from './Schedule.js'
import { options, optional, required, withDefault } from './options.js'

const adam = options('scaleByAdam', {
  b1: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(nonNegative, 1e-8),
  nesterov: withDefault(flag, false),
  maxNorm: optional(positive),
})
const scale = options('scale', { stepSize: required(finite), every: withDefault(count, 1) })

/** Options as plain JavaScript may pass them: nothing the compiler would let through. */
const raw = (checker: (given: never) => unknown, given: unknown) => () => checker(given as never)

const messageOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'not an error'
  }
  return 'nothing thrown'
}

describe('options', () => {
  it('fills defaults and freezes', () => {
    const defaults = { b1: 0.9, eps: 1e-8, nesterov: false, maxNorm: undefined }
    expect(adam()).toStrictEqual(defaults)
    expect(adam({})).toStrictEqual(defaults)
    expect(adam({ b1: 0.5, maxNorm: 2 })).toStrictEqual({ ...defaults, b1: 0.5, maxNorm: 2 })
    expect(Object.isFrozen(adam())).toBe(true)
  })

  it('takes an explicit undefined for absence, under unknown names too', () => {
    expect(raw(adam, { b1: undefined, lr: undefined })()).toStrictEqual(adam())
  })

  it('is idempotent and leaves the given record alone', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            b1: fc.double({ min: 0, max: 0.999, noNaN: true }),
            eps: fc.double({ min: 0, max: 1, noNaN: true }),
            nesterov: fc.boolean(),
            maxNorm: fc.double({ min: 1e-9, max: 10, noNaN: true }),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        (given) => {
          const before = { ...given }
          const once = adam(Object.freeze(given))
          expect(raw(adam, once)()).toStrictEqual(once)
          expect(given).toStrictEqual(before)
          expect(once).toMatchObject(given)
        },
      ),
    )
  })

  it('says what, where, which value, and how to fix it', () => {
    const average = options('withMovingAverage', { decay: required(unitInterval) })
    expect(messageOf(() => average({ decay: 1.2 }))).toBe(
      'RangeError: withMovingAverage: decay must be a number in [0, 1], found 1.2. Pass e.g. { decay: 0.999 }.',
    )
    expect(messageOf(raw(average, { decay: '0.9' }))).toBe(
      "TypeError: withMovingAverage: decay must be a number in [0, 1], found '0.9'. Pass e.g. { decay: 0.999 }.",
    )
    expect(messageOf(raw(average, undefined))).toBe(
      'TypeError: withMovingAverage: decay is required and must be a number in [0, 1]. Pass e.g. { decay: 0.999 }.',
    )
    expect(messageOf(raw(average, 0.9))).toBe(
      'TypeError: withMovingAverage: the options must be one record, found 0.9. ' +
        'Pass e.g. withMovingAverage({ decay: 0.999 }).',
    )
  })

  it('says what comes first where a transformation stands in their place', () => {
    const wrapped = options('lookahead', {
      start: optional(count),
      rate: required(positive),
      decay: withDefault(unitInterval, 0.5),
    })
    const transformation = { anatomy: {}, init: () => [], update: () => [] }
    expect(messageOf(raw(wrapped, transformation))).toBe(
      'TypeError: lookahead: the options must be one record, found a transformation. Pass e.g. lookahead({ rate: 1 }). ' +
        'Options come first: masked({ … })(optimizer).',
    )
  })

  it('shows the usual number in its hint, where it does something', () => {
    const usual = options('adamw', { eps: withDefault(nonNegative, 1e-8), weightDecay: withDefault(nonNegative, 0) })
    expect(messageOf(raw(usual, { eps: -1, weightDecay: -1 }))).toBe(
      'RangeError: adamw: 2 options are wrong:\n  - eps must be a finite number ≥ 0, found -1. Pass e.g. { eps: 1e-8 }.\n' +
        '  - weightDecay must be a finite number ≥ 0, found -1. Pass e.g. { weightDecay: 0.1 }.',
    )
  })

  it('refuses unknown names and guesses the one meant', () => {
    expect(messageOf(raw(adam, { beta1: 0.9 }))).toBe(
      'TypeError: scaleByAdam: there is no option beta1. Did you mean b1? Options are: b1, eps, nesterov, maxNorm.',
    )
    expect(messageOf(raw(adam, { max_norm: 1 }))).toContain('Did you mean maxNorm?')
    expect(messageOf(raw(adam, { nestrov: true }))).toContain('Did you mean nesterov?')
    expect(messageOf(raw(adam, { zzz: true }))).not.toContain('Did you mean')
    expect(messageOf(raw(adam, { constructor: 1 }))).toContain('no option constructor')
    expect(messageOf(raw(options('identity', {}), { b1: 1 }))).toContain('There are none to pass.')
  })

  it('does not read inherited names', () => {
    const inherits: unknown = Object.create({ b1: 7 })
    expect(raw(adam, inherits)()).toStrictEqual(adam())
  })

  it('gathers all problems in one message; a TypeError as soon as one is of type', () => {
    const message = messageOf(raw(adam, { b1: NaN, eps: -1, nesterv: true }))
    expect(message).toMatch(/^TypeError: scaleByAdam: 3 options are wrong:\n/)
    expect(message).toContain('b1 must be a number in [0, 1), found NaN.')
    expect(message).toContain('eps must be a finite number ≥ 0, found -1.')
    expect(message).toContain('Did you mean nesterov?')
    expect(messageOf(() => adam({ b1: 1, eps: -1 }))).toMatch(/^RangeError: scaleByAdam: 2 options are wrong:/)
    expect(messageOf(raw(scale, { every: 0.5 }))).toContain('stepSize is required and must be a finite number.')
  })

  it('never lets NaN or an infinity through a kind of number', () => {
    for (const kind of [finite, nonNegative, positive, learningRate, unitInterval, halfOpenUnit, count]) {
      const one = options('one', { x: required(kind) })
      for (const x of [NaN, Infinity, -Infinity]) expect(() => one({ x }), `${kind.range} ${x}`).toThrow(RangeError)
      for (const x of ['1', null, [1], 1n]) expect(raw(one, { x }), `${kind.range} ${String(x)}`).toThrow(TypeError)
    }
  })

  it('takes a number of the kind or a schedule', () => {
    const sgd = options('sgd', { learningRate: required(numberOrSchedule(learningRate)) })
    const halved = (n: number) => 0.5 ** n
    expect(sgd({ learningRate: 0.1 }).learningRate).toBe(0.1)
    const checked = sgd({ learningRate: halved })
    expect(asGiven(checked.learningRate as Schedule)).toBe(halved)
    expect(sgd(checked)).toStrictEqual(checked)
    expect(messageOf(() => sgd({ learningRate: -1 }))).toBe(
      'RangeError: sgd: learningRate must be a finite number ≥ 0, or a schedule (count => number), found -1. ' +
        'Pass e.g. { learningRate: 1e-3 }.',
    )
    expect(raw(sgd, { learningRate: null })).toThrow(TypeError)
  })

  it('checks words, texts, functions and whatever the compiler alone knows', () => {
    const all = options('all', {
      mode: withDefault(oneOf('min', 'max'), 'min'),
      name: optional(text),
      norm: optional(fn<(x: number) => number>('a norm')),
      mask: optional(anything()),
    })
    const mask = { w: true }
    expect(all({ mask }).mask).toBe(mask)
    expect(Object.isFrozen(mask)).toBe(false)
    expect(messageOf(raw(all, { mode: 'mean' }))).toContain(
      "RangeError: all: mode must be one of 'min', 'max', found 'mean'.",
    )
    expect(raw(all, { name: '' })).toThrow('name must be a non-empty string')
    expect(raw(all, { norm: 2 })).toThrow('norm must be a norm, found 2')
  })

  it('checks lists and records by count, names the place, and freezes a copy', () => {
    const pieces = options('pieces', {
      scales: required(byCount(nonNegative)),
      schedules: withDefault(listOf(schedule, 1), [() => 0]),
    })
    const scales = { 10: 0.5, 20: 0.1 }
    const checked = pieces({ scales, schedules: [Math.abs] })
    expect({ ...checked, schedules: checked.schedules.map(asGiven) }).toStrictEqual({ scales, schedules: [Math.abs] })
    expect(Object.isFrozen(checked.scales) && Object.isFrozen(checked.schedules)).toBe(true)
    expect(Object.isFrozen(scales)).toBe(false)
    expect(messageOf(() => pieces({ scales: { 10: 1, 20: -1 } }))).toContain(
      'pieces: scales.20 must be a finite number ≥ 0, found -1.',
    )
    expect(raw(pieces, { scales: { '-1': 1 } })).toThrow("integers ≥ 0 (not '-1')")
    expect(raw(pieces, { scales: [1] })).toThrow('scales must be a record')
    expect(raw(pieces, { scales: {}, schedules: [] })).toThrow('schedules must be an array of at least 1')
    expect(raw(pieces, { scales: {}, schedules: [Math.abs, 1] })).toThrow('schedules.1 must be a schedule')
  })
})
