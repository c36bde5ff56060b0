import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Count, countOf, PositiveCount, positiveCountOf } from './Count.js'
import { Decay, decayOf } from './Decay.js'
import { didYouMean } from './didYouMean.js'
import { exactNumber } from './exactNumber.js'
import { LearningRate, learningRateOf } from './LearningRate.js'
import { Momentum, momentumOf } from './Momentum.js'
import { Finite, NonNegative, Positive } from './numbers.js'
import { valueAt } from './Schedule.js'
import { shown } from './shown.js'

const codecs = [
  { codec: Decay, has: (x: number) => x >= 0 && x <= 1, of: decayOf },
  { codec: Momentum, has: (x: number) => x >= 0 && x < 1, of: momentumOf },
  { codec: LearningRate, has: (x: number) => x >= 0 && x < Infinity, of: learningRateOf },
  { codec: Count, has: (x: number) => x >= 0 && x % 1 === 0 && x <= 2 ** 53 - 1, of: countOf },
  { codec: PositiveCount, has: (x: number) => x >= 1 && x % 1 === 0 && x <= 2 ** 53 - 1, of: positiveCountOf },
  { codec: Finite, has: (x: number) => x - x === 0, of: undefined },
  { codec: NonNegative, has: (x: number) => x >= 0 && x - x === 0, of: undefined },
  { codec: Positive, has: (x: number) => x > 0 && x - x === 0, of: undefined },
]
const anyDouble = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 1 }),
  fc.integer(),
  fc.constantFrom(0, -0, 1, 1 - 2 ** -53, 1 + 2 ** -52, -(2 ** -1074), 2 ** -1074, 2 ** 53, 2 ** 53 - 1),
  fc.constantFrom(NaN, Infinity, -Infinity),
)

describe.each(codecs)('$codec.name', ({ codec, has, of }) => {
  it('holds exactly its range, in codec and constructor alike', () => {
    fc.assert(
      fc.property(anyDouble, (x) => {
        expect(codec.decode(x)._tag === 'Right').toBe(has(x))
        expect(codec.is(x)).toBe(has(x))
        if (of === undefined) return
        if (has(x)) expect(of(x)).toBe(x)
        else expect(() => of(x)).toThrow(RangeError)
      }),
      { numRuns: 500 },
    )
  })

  it('holds nothing but numbers', () => {
    for (const x of ['1', '', null, undefined, true, [0.5], {}, 1n]) expect(codec.decode(x)._tag === 'Left').toBe(true)
  })
})

describe('literal constructors', () => {
  it('say what they wanted', () => {
    expect(() => decayOf(1.2)).toThrow('decayOf: must be a number in [0, 1], found 1.2. Pass e.g. 0.999.')
    expect(() => positiveCountOf(0)).toThrow('positiveCountOf: must be an integer ≥ 1, found 0. Pass e.g. 10.')
  })
})

describe('exactNumber', () => {
  const travelled = (x: number): unknown => JSON.parse(JSON.stringify(exactNumber.encode(x)))

  it('brings every double back through JSON', () => {
    fc.assert(
      fc.property(anyDouble, (x) => {
        const back = exactNumber.decode(travelled(x))
        expect(E.isRight(back) && Object.is(back.right, x)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('writes words where JSON has no number', () => {
    const written = ['Infinity', '-Infinity', 'NaN', '-0', 0, 1.5]
    expect([Infinity, -Infinity, NaN, -0, 0, 1.5].map(travelled)).toStrictEqual(written)
  })

  it('reads nothing else', () => {
    for (const u of ['1', 'infinity', '', '+0', null, undefined, true, NaN, Infinity, -Infinity, [], {}]) {
      expect(E.isLeft(exactNumber.decode(u)), shown(u)).toBe(true)
    }
  })
})

describe('didYouMean', () => {
  const known = ['learningRate', 'b1', 'b2', 'eps', 'weightDecay']
  it.each([
    ['lr', 'learningRate'],
    ['learning_rate', 'learningRate'],
    ['learnigRate', 'learningRate'],
    ['beta2', 'b2'],
    ['epsilon', 'eps'],
    ['WeightDecay', 'weightDecay'],
    ['b3', 'b1'],
    ['quux', undefined],
    ['toString', undefined],
  ])('%s → %s', (misspelt, meant) => {
    expect(didYouMean(misspelt, known)).toBe(meant)
  })
})

describe('shown', () => {
  it.each([
    [-0, '-0'],
    [NaN, 'NaN'],
    ['a', "'a'"],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, ['x']], "[1, ['x']]"],
    [{ a: { b: { c: 1 } } }, '{ a: { b: {…} } }'],
    [new Map(), 'a Map'],
    [Math.cos, 'the function cos'],
    [Object.create(null), '{}'],
    [2n, '2n'],
    [{}, '{}'],
  ])('%o is shown as %s', (value, words) => {
    expect(shown(value)).toBe(words)
  })

  it('is never long', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(shown(value).length).toBeLessThanOrEqual(60)
      }),
    )
  })
})

describe('valueAt', () => {
  it('reads numbers and schedules alike', () => {
    expect([valueAt(0.1, 7), valueAt((count) => 1 / (1 + count), 1)]).toStrictEqual([0.1, 0.5])
  })
})
