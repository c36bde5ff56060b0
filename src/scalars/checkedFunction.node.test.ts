import { describe, expect, test } from 'vitest'
import { asGiven, checkedFunction } from './checkedFunction.js'
import { unitInterval } from './Decay.js'
import { fn, flag, listOf, numberOrSchedule, schedule } from './kinds.js'
import { learningRate } from './LearningRate.js'
import { options, required, withDefault } from './options.js'

const wrong = (value: unknown) => () => value as number // as JavaScript may
const parse = options('made', { rate: required(numberOrSchedule(learningRate)) })
const rateOf = (given: (count: number) => number) => {
  const { rate } = parse({ rate: given })
  if (typeof rate !== 'function') throw new Error('a schedule stays one')
  return rate
}

describe('every value of a schedule is checked like a number', () => {
  test.each([
    [Number.NaN, 'NaN', RangeError],
    [Number.POSITIVE_INFINITY, 'Infinity', RangeError],
    [-1e-9, '-1e-9', RangeError],
    [undefined, 'undefined', TypeError],
    [null, 'null', TypeError],
    ['0.1', "'0.1'", TypeError],
    [1n, '1n', TypeError],
    [[0.1], '[0.1]', TypeError],
    [true, 'true', TypeError],
  ] as const)('%s', (value, shown, sort) => {
    const act = () => rateOf(wrong(value))(7)
    expect(act).toThrow(sort)
    expect(act).toThrow(
      `made: rate(7) must be a finite number ≥ 0, found ${shown}. Mend the function: every result is checked like an option.`,
    )
  })

  test('an async one is told so', () => {
    expect(() => rateOf(wrong(Promise.resolve(0.1)))(0)).toThrow(
      'made: rate(0) must be a finite number ≥ 0, found a Promise. Its result is needed at once: pass a function that is not async.',
    )
  })

  test('right values pass, -0 too, and what the function throws is its own', () => {
    expect(rateOf((count) => count / 4)(3)).toBe(0.75)
    expect(rateOf(() => -0)(3)).toBe(-0)
    expect(() =>
      rateOf(() => {
        throw new Error('mine')
      })(0),
    ).toThrow('mine')
  })
})

test('in a list its place is told', () => {
  const joined = options('joined', { pieces: required(listOf(schedule)) })
  const { pieces } = joined({ pieces: [() => 1, wrong('x')] })
  expect(() => pieces[1]?.(2)).toThrow("joined: pieces.1(2) must be a finite number, found 'x'.")
})

test('of an option of functions, and of a default that is one, too', () => {
  const asked = options('asked', {
    may: required(fn<(step: number, extra: object) => boolean>('a test', '() => true', flag)),
    keep: withDefault(fn<(n: number) => number>('a decay', '() => 0.5', unitInterval), (n) => n),
  })
  const { may, keep } = asked({ may: (step) => (step > 0 ? true : (1 as unknown as boolean)) }) // wrong on purpose
  expect(may(1, {})).toBe(true)
  expect(() => may(0, {})).toThrow('asked: may(0, …) must be true or false, found 1.')
  expect(keep(1)).toBe(1)
  expect(() => keep(2)).toThrow('asked: keep(2) must be a number in [0, 1], found 2.')
})

test('a checked function is not checked again for the same kind, keeps its name, and shows what was given', () => {
  const given = (count: number) => count
  const once = checkedFunction('a', learningRate, given)
  expect(checkedFunction('b', learningRate, once)).toBe(once)
  const twice = checkedFunction('c', unitInterval, once)
  expect(twice).not.toBe(once)
  expect([asGiven(twice), asGiven(given), once.name]).toEqual([given, given, 'given'])
  expect(() => twice(-1)).toThrow('a(-1)')
  expect(() => twice(2)).toThrow('c(2)')
})
