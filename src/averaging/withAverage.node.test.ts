import { function as F } from 'fp-ts'
import { describe as group, expect, test } from 'vitest'
import { chain } from '../combinators/chain.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { sgd } from '../optimizers/sgd.js'
import { describe, described } from '../transformation/describe.js'
import { identity } from '../transformation/identity.js'
import { reference } from '../transformation/reference.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { averages, namesOfAverages } from './averages.js'
import { averageWarnings } from './averageWarnings.js'
import { averagingWeights } from './averagingWeights.js'
import type { Scheme } from './Scheme.js'
import { annealed } from './schemes/annealed.js'
import { bema } from './schemes/bema.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { inverseGamma } from './schemes/inverseGamma.js'
import { polynomial } from './schemes/polynomial.js'
import { powerFunction } from './schemes/powerFunction.js'
import { ramp } from './schemes/ramp.js'
import { scaledDecay } from './schemes/scaledDecay.js'
import { uniform } from './schemes/uniform.js'
import { uniformThen } from './schemes/uniformThen.js'
import { warmup } from './schemes/warmup.js'
import { weighted, weightedBy } from './schemes/weighted.js'
import { gammaOfWidth, widthOfGamma } from './schemes/width.js'
import { withAverage } from './withAverage.js'
import { withMovingAverage } from './withMovingAverage.js'

const wrong = (make: (given: never) => unknown, given: object) => () => make(given as never) // wrong on purpose

test.each<readonly [string, () => unknown, typeof Error, RegExp]>([
  ['decay', wrong(exponential, { decay: 1.5 }), RangeError, /exponential: decay must be a number in \[0, 1\]/],
  ['no decay', wrong(debiased, {}), TypeError, /debiased: decay is required/],
  ['count', wrong(warmup, { count: 'pre' }), RangeError, /warmup: count must be one of/],
  ['gamma', wrong(inverseGamma, { invGamma: 0 }), RangeError, /inverseGamma: invGamma must be a finite number > 0/],
  ['tau', wrong(ramp, { tau: -1 }), RangeError, /ramp: tau must be/],
  ['momentum', wrong(annealed, { momentum: 2 }), RangeError, /annealed: momentum must be/],
  ['eta', wrong(polynomial, { eta: -1 }), RangeError, /polynomial: eta must be/],
  [
    'warm-up',
    wrong(uniformThen, { warmup: 1.5, decay: 0.5 }),
    RangeError,
    /uniformThen: warmup must be an integer ≥ 0/,
  ],
  ['lag', wrong(bema, { lag: 0.5 }), RangeError, /bema: lag must be ≥ 1, found 0\.5/],
  ['neither', wrong(powerFunction, {}), TypeError, /needs one of gamma and width, found neither/],
  ['both', wrong(powerFunction, { gamma: 1, width: 0.1 }), TypeError, /found both/],
  ['width', wrong(powerFunction, { width: 0.3 }), RangeError, /width must be a number in \(0, 0\.2886…\]/],
  ['unit', wrong(halfLife, { halfLife: 1, unit: 'hours' }), RangeError, /halfLife: unit must be one of 'steps'/],
  ['nothing', wrong(halfLife, {}), TypeError, /halfLife: needs a half-life or a ramp/],
  ['half-life', wrong(halfLife, { halfLife: 0 }), RangeError, /halfLife must be a number > 0, or Infinity/],
  ['weight', wrong(weighted, { weight: 3 }), TypeError, /weighted: weight must be a function of the count of updates/],
  ['kappa', wrong(scaledDecay, { decay: 0.9, kappa: 0 }), RangeError, /scaledDecay: kappa must be/],
  ['a width', () => gammaOfWidth(0.5), RangeError, /gammaOfWidth: must be/],
  ['a power', () => widthOfGamma(-1), RangeError, /widthOfGamma: must be/],
  ['start', () => withAverage(uniform(), { start: -1 }), RangeError, /withAverage: start must be an integer ≥ 0/],
  ['every', () => withAverage(uniform(), { every: 0 }), RangeError, /withAverage: every must be/],
  [
    'before',
    wrong((x) => withAverage(uniform(), x), { before: 'stay' }),
    RangeError,
    /before must be one of 'copy', 'rest'/,
  ],
  ['name', () => withAverage(uniform(), { name: 'a/b' }), RangeError, /name must be/],
  ['uncalled', wrong(withAverage, uniform), TypeError, /is a function, call it: withAverage\(uniform\(\)\)/],
  ['no scheme', wrong(withAverage, { decay: 0.9 }), TypeError, /must be an averaging scheme, found \{ decay: 0\.9 \}/],
])('%s out of range is refused', (_, make, kind, message) => {
  expect(make).toThrow(kind)
  expect(make).toThrow(message)
})

const own = (coefficient: number, next: object = { last: 1 }): Scheme<{ readonly last: number }> => ({
  name: 'own',
  options: {},
  unit: 'steps',
  init: { last: 1 },
  coefficient: () => coefficient,
  next: () => next as { readonly last: number }, // wrong on purpose
})

/** The averages after each step, where the parameters are x. */
const follow = (
  optimizer: AnyTransformation,
  xs: readonly number[],
  extra: (t: number) => object = () => ({}),
): readonly number[] => {
  const tx = reference(optimizer, 'float64')
  let state = tx.init({ w: arrayLeaf([0], [1]) })
  return xs.map((x, t) => {
    ;[, state] = tx.update({ w: null }, state, { w: arrayLeaf([x], [1]) }, extra(t))
    return (state as { readonly average: { readonly w: ArrayLeaf } }).average.w.values[0] ?? Number.NaN // the state of an average
  })
}

group('a scheme of one’s own', () => {
  test.each([-0.1, 1.1, Number.NaN])('a coefficient of %d is refused', (c) => {
    expect(() => follow(withAverage(own(c))(identity()), [1])).toThrow(
      `the coefficient of own at update 1 must be a number in [0, 1], found ${c}`,
    )
  })

  test('numbers that it forgets are refused, surplus ones dropped', () => {
    expect(() => follow(withAverage(own(0.5, {}))(identity()), [1])).toThrow('own must go on with a number "last"')
    expect(() => follow(withAverage(own(0.5, { last: Number.NaN }))(identity()), [1])).toThrow('found NaN')
    const surplus = withAverage(own(0.5, { last: 2, count: 100, average: 7 }))(identity())
    expect(follow(surplus, [1, 1])).toEqual([0.5, 0.75])
  })

  test.each(['count', 'clock', 'average', 'inner'])('a number called %s is refused', (name) => {
    const clash = { ...own(0.5), init: { [name]: 0 } } as unknown as Scheme // wrong on purpose
    expect(() => withAverage(clash)).toThrow(`keeps a number "${name}", which an average keeps itself`)
  })
})

group('the beat', () => {
  const mean = uniform({ includeInitial: true })
  test('start: copies until then, or rests', () => {
    expect(follow(withAverage(mean, { start: 3 })(identity()), [1, 2, 3, 5, 7])).toEqual([1, 2, 3, 4, 5])
    expect(follow(withAverage(mean, { start: 3, before: 'rest' })(identity()), [1, 2, 3, 5, 7])).toEqual([
      0, 0, 3, 4, 5,
    ])
  })

  test('every: between, the average rests; decays are those of the block', () => {
    expect(follow(withAverage(mean, { start: 1, every: 2 })(identity()), [1, 9, 3, 9, 5])).toEqual([1, 1, 2, 2, 3])
    expect(follow(withAverage(exponential({ decay: 0.5 }), { every: 3 })(identity()), [8, 8, 8])).toEqual([0, 0, 7])
    const scheduled = withAverage(exponential({ decay: (t) => 1 / (t + 1) }), { every: 3 })(identity())
    expect(follow(scheduled, [9, 9, 6])[2]).toBeCloseTo(5, 12) // decays 1, ½, ⅓
  })

  test('concurrent sees the parameters before', () => {
    const tx = reference(withAverage(uniform(), { order: 'concurrent' })(identity()), 'float64')
    const params = { w: arrayLeaf([3], [1]) }
    const [, state] = tx.update({ w: arrayLeaf([4], [1]) }, tx.init({ w: arrayLeaf([0], [1]) }), params)
    expect(state).toMatchObject({ average: { w: { values: new Float64Array([3]) } } })
  })
})

group('a clock', () => {
  const half = halfLife({ halfLife: 10, unit: 'samples' })
  const told = (totals: readonly number[]) => (t: number) => ({ samples: totals[t] })

  test('amounts may differ: what is forgotten hangs on the total alone', () => {
    const tx = withAverage(half)(identity())
    expect(follow(tx, [1, 1, 1], told([1, 7, 20])).at(-1)).toBeCloseTo(0.75, 12)
    expect(follow(tx, [1], told([20])).at(-1)).toBeCloseTo(0.75, 12)
    expect(follow(withAverage(half, { every: 3 })(identity()), [1, 1, 1], told([1, 7, 20])).at(-1)).toBeCloseTo(
      0.75,
      12,
    )
  })

  test('it runs from the start of the average on', () => {
    const late = withAverage(half, { start: 2 })(identity())
    expect(follow(late, [5, 0, 1], told([1000, 2000, 2020])).at(-1)).toBeCloseTo(0.75, 12)
    const profile = withAverage(powerFunction({ gamma: 1, unit: 'samples' }), { start: 1 })(identity())
    expect(follow(profile, [5, 1, 2], told([100, 110, 120])).at(-1)).toBeCloseTo(0.25 * 1 + 0.75 * 2, 12)
  })

  test('a total that decreases, is missing or is none, is refused', () => {
    const tx = withAverage(half)(identity())
    expect(() => follow(tx, [1, 1], told([5, 4]))).toThrow(
      'withAverage: samples is the total so far and never decreases, found 4 after 5. Pass { samples } counted from the start',
    )
    expect(() => follow(tx, [1])).toThrow(/withAverage: needs \{ samples \} as the argument after params/)
    expect(() => follow(tx, [1], told([Number.NaN]))).toThrow(/samples must be a finite number ≥ 0, found NaN/)
    expect(follow(tx, [1, 1], told([10, 10]))).toEqual([0.5, 0.5])
  })

  test('weights that are handed in are checked', () => {
    const tx = withAverage(weightedBy())(identity())
    expect(follow(tx, [4, 1, 8], (t) => ({ weight: [0, 3, 1][t] }))).toEqual([0, 1, 2.75])
    expect(() => follow(tx, [1], () => ({ weight: -1 }))).toThrow(/weightedBy: weight must be a finite number ≥ 0/)
  })
})

test('names, descriptions and numbers of the state', () => {
  const two = F.pipe(
    chain(F.pipe(sgd({ learningRate: 1 }), withAverage(uniform(), { name: 'Mean' }))),
    withAverage(warmup({ decay: 0.9 }), { start: 2 }),
  )
  expect(namesOfAverages(two)).toEqual(['Mean', 'ExponentialMovingAverage'])
  expect(averages(two).map(({ path }) => path)).toEqual(['inner.0', ''])
  expect(described(describe(two))).toContain('average({ warmup: {')
  expect(() => F.pipe(two, withAverage(uniform(), { name: 'Mean' }))).toThrow(
    'withAverage: there is an average named "Mean" inside already',
  )
  const keys = (tx: AnyTransformation) =>
    Object.keys(reference(tx, 'float64').init({ w: arrayLeaf([1], []) }) as object).toSorted() // a record
  expect(keys(withAverage(uniform())(identity()))).toEqual(['average', 'count', 'inner'])
  expect(keys(withAverage(debiased({ decay: 0.9 }))(identity()))).toEqual(['average', 'count', 'inner', 'total'])
  expect(keys(withAverage(halfLife({ halfLife: 1, unit: 'tokens' }))(identity()))).toEqual([
    'average',
    'clock',
    'count',
    'inner',
    'origin',
  ])
})

group('weights', () => {
  test('of a plain mean, with start and every', () => {
    const { weights, meanAge, effectiveWindow, varianceFactor, initial } = averagingWeights(uniform(), 6, { every: 2 })
    expect(weights.map((w) => Math.round(w * 1e9) / 1e9)).toEqual([0, 0, 0.333333333, 0, 0.333333333, 0, 0.333333333])
    expect([meanAge, effectiveWindow, varianceFactor, initial].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([
      2, 3, 0.333333333, 0,
    ])
    expect(averagingWeights(uniform(), 3, { order: 'concurrent' }).weights.map((w) => Math.round(w * 3) / 3)).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
      0,
    ])
    expect(averagingWeights(uniform(), 2, { start: 2 }).weights).toEqual([0, 0, 1])
    expect(averagingWeights(uniform(), 0).weights).toEqual([1])
    expect(averagingWeights(uniform(), 0, { order: 'concurrent' }).weights).toEqual([1])
    expect(averagingWeights(uniform(), 1, { order: 'concurrent' }).weights).toEqual([1, 0])
    expect(() => averagingWeights(uniform(), 1.5)).toThrow(/averagingWeights: steps: must be an integer ≥ 0/)
  })

  test('a window that has not filled is told, and none that has', () => {
    const long = averagingWeights(exponential({ decay: 0.999 }), 48)
    expect(long.warning).toMatch(/^95 % of the average is still the start: after 48 steps its window has not filled\./)
    expect(long.described.split('\n')).toHaveLength(7)
    expect(averagingWeights(warmup({ decay: 0.999 }), 48).warning).toBeNull()
    expect(averagingWeights(uniform({ includeInitial: true }), 3).warning).toBeNull()
    expect(averagingWeights(uniform(), 5, { start: 10, before: 'rest' }).warning).toMatch(/^100 %/)
    expect(averagingWeights(uniform(), 5, { start: 10 }).warning).toBeNull()
  })

  test('the warnings of a state, for each of its averages', () => {
    const optimizer = F.pipe(
      sgd({ learningRate: 1 }),
      withAverage(warmup(), { name: 'Quick' }),
      withAverage(weightedBy(), { name: 'Told' }),
      withMovingAverage({ decay: 0.999 }),
    )
    const numbers = (count: number) =>
      ({
        count,
        average: {},
        inner: { count, sum: count, average: {}, inner: { count, average: {}, inner: [{}, { count }] } },
      }) as never // enough of a state
    expect(averageWarnings(optimizer, numbers(48))).toEqual([
      {
        name: 'ExponentialMovingAverage',
        initial: expect.closeTo(0.999 ** 48, 9),
        message: expect.stringContaining('95 %'),
      },
    ])
    expect(averageWarnings(optimizer, numbers(3000))).toEqual([])
  })
})
