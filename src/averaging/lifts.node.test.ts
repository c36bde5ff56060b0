import { describe as group, expect, test } from 'vitest'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { sgd } from '../optimizers/sgd.js'
import { identity } from '../transformation/identity.js'
import { reference } from '../transformation/reference.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { namesOfAverages } from './averages.js'
import { scheduleFree } from './scheduleFree.js'
import { scheduleFreeEvalParams } from './scheduleFreeEvalParams.js'
import { exponential } from './schemes/exponential.js'
import { debiased } from './schemes/debiased.js'
import { uniform } from './schemes/uniform.js'
import { sampleSwag } from './sampleSwag.js'
import { withBema } from './withBema.js'
import { withBestAverage } from './withBestAverage.js'
import { withCombinedAverage } from './withCombinedAverage.js'
import { withDoubleAverage } from './withDoubleAverage.js'
import { withFeedback } from './withFeedback.js'
import { withOuAverage } from './withOuAverage.js'
import { withSwa } from './withSwa.js'
import { withSwag } from './withSwag.js'
import { withTailAverage } from './withTailAverage.js'
import { withWindowAverage } from './withWindowAverage.js'

type Record_ = Readonly<Record<string, { readonly w: ArrayLeaf } & number>>

/** What each step makes of a state, where the parameters are x and start at 0. */
const follow = (
  optimizer: AnyTransformation,
  xs: readonly number[],
  look: (state: Record_) => unknown = (state) => state['average']?.w.values[0],
  extra: (t: number) => object = () => ({}),
): readonly unknown[] => {
  const tx = reference(optimizer, 'float64')
  let state = tx.init({ w: arrayLeaf([0], [1]) })
  return xs.map((x, t) => {
    ;[, state] = tx.update({ w: null }, state, { w: arrayLeaf([x], [1]) }, extra(t))
    return look(state as Record_) // of one leaf
  })
}
const rounded = (found: readonly unknown[]) => found.map((x) => Math.round(Number(x) * 1e9) / 1e9)

test.each<readonly [string, (name: string) => (inner: AnyTransformation) => AnyTransformation]>([
  ['withBema', (name) => withBema({ name })],
  ['withBestAverage', (name) => withBestAverage({ best: 1, name })],
  ['withCombinedAverage', (name) => withCombinedAverage({ of: { a: uniform() }, coefficients: { a: 1 }, name })],
  ['withDoubleAverage', (name) => withDoubleAverage(uniform(), { name })],
  ['withFeedback', (name) => withFeedback(uniform(), { period: 2, name })],
  ['withOuAverage', (name) => withOuAverage(uniform(), { name })],
  ['withSwa', (name) => withSwa({ start: 1, name })],
  ['withSwag', (name) => withSwag({ rank: 1, name })],
  ['withTailAverage', (name) => withTailAverage({ start: 1, name })],
  ['withWindowAverage', (name) => withWindowAverage({ window: 2, name })],
])('%s: its average has a name, and a second one needs another', (owner, lift) => {
  const once = lift('One')(sgd({ learningRate: 1 }))
  expect(namesOfAverages(lift('Two')(once))).toEqual(['One', 'Two'])
  const said = owner === 'withSwa' || owner === 'withTailAverage' ? 'withAverage' : owner
  expect(() => lift('One')(once)).toThrow(`${said}: there is an average named "One" inside already`)
  expect(() => lift('a/b')).toThrow(/name must be a non-empty string/)
})

group('derived averages', () => {
  test('double: no lag behind a steady drift in the end; a lag of one average is d/(1 − d)', () => {
    const xs = Array.from({ length: 200 }, (_, t) => t + 1)
    expect(follow(withDoubleAverage(exponential({ decay: 0.5 }))(identity()), xs).at(-1)).toBeCloseTo(200, 9)
    const both = follow(withDoubleAverage(exponential({ decay: 0.5 }))(identity()), xs, (s) => s['first']?.w.values[0])
    expect(both.at(-1)).toBeCloseTo(199, 9)
  })

  test('OU: the average of x̂ = x/(1 − q) − x₀·q/(1 − q)', () => {
    const [xs, eta] = [[1, 3, -2, 5], 0.5]
    const hats = xs.map((x, t) => x / (1 - (2 + t) ** -eta)) // x₀ = 0
    const wanted = hats.reduce<number[]>((all, x) => [...all, 0.5 * ((all.at(-1) ?? 0) + x)], [])
    expect(rounded(follow(withOuAverage(exponential({ decay: 0.5 }), { biasPower: eta })(identity()), xs))).toEqual(
      wanted.map((x) => Math.round(x * 1e9) / 1e9),
    )
  })

  test('BEMA and OU begin at the parameters of the start', () => {
    for (const lift of [withBema({ start: 2 }), withOuAverage(uniform(), { start: 2 })])
      expect(rounded(follow(lift(identity()), [4, 7, 7, 7], (s) => s['initial']?.w.values[0]))).toEqual([4, 7, 7, 7])
    expect(rounded(follow(withBema({ start: 2 })(identity()), [4, 7, 7, 7]))).toEqual([4, 7, 7, 7])
  })

  test('combined: a blend, a difference; each by its name', () => {
    const of = { fast: exponential({ decay: 0.5 }), slow: uniform() }
    const tx = withCombinedAverage({ of, coefficients: { fast: 1.5, slow: -0.5 } })(identity())
    expect(rounded(follow(tx, [4, 2]))).toEqual([1, 1.5])
    expect(rounded(follow(tx, [4, 2], (s) => s['fast']?.w.values[0]))).toEqual([2, 2])
    expect(rounded(follow(tx, [4, 2], (s) => s['slow']?.w.values[0]))).toEqual([4, 3])
    const wrong = (given: object) => () => withCombinedAverage(given as { readonly of: {}; readonly coefficients: {} }) // wrong on purpose
    expect(wrong({ of, coefficients: { fast: 1, slow: -1 } })).toThrow(/the coefficients must sum to 1, found 0/)
    expect(wrong({ of, coefficients: { fast: 1 } })).toThrow(
      /coefficients are of \['fast'\], the averages are \['fast', 'slow'\]/,
    )
    expect(wrong({ of: {}, coefficients: {} })).toThrow(/coefficients must sum to 1|names no average/)
    expect(wrong({ of: { a: debiased({ decay: 0.5 }) }, coefficients: { a: 1 } })).toThrow(
      /of\.a keeps numbers or a clock/,
    )
    expect(wrong({ of: { count: uniform() }, coefficients: { count: 1 } })).toThrow(/"count" cannot name/)
    expect(wrong({ of: { a: uniform }, coefficients: { a: 1 } })).toThrow(/is a function, call it/)
  })
})

group('windows', () => {
  test('the mean of the latest, in a ring of full length from the start on', () => {
    const tx = withWindowAverage({ window: 3, every: 2, start: 1 })(identity())
    expect(follow(tx, [9, 9, 1, 9, 3, 9, 8, 9, 4])).toEqual([0, 0, 1, 1, 2, 2, 4, 4, 5])
    expect(follow(tx, [9, 9, 1, 9, 3], (s) => Object.keys(s).toSorted().join())).toEqual(
      Array.from({ length: 5 }, () => 'average,count,inner,snapshot0,snapshot1,snapshot2'),
    )
    expect(() => withWindowAverage({ window: 0 })).toThrow(/window must be an integer ≥ 1/)
    expect(() => withWindowAverage({ window: 2, fraction: 2 })).toThrow(/fraction must be/)
  })

  test('the best by a metric, of the parameters before the step', () => {
    const metrics = [5, undefined, 2, 9, 3, 2]
    const told = (t: number) => (metrics[t] === undefined ? {} : { metric: metrics[t] })
    const tx = withBestAverage({ best: 2 })(identity())
    expect(follow(tx, [10, 20, 30, 40, 50, 60], undefined, told)).toEqual([10, 10, 20, 20, 40, 45])
    expect(follow(tx, [10, 20, 30, 40, 50, 60], (s) => [s['metric0'], s['metric1']], told).at(-1)).toEqual([2, 2])
    const most = withBestAverage({ best: 1, mode: 'max' })(identity())
    expect(follow(most, [10, 20, 30], undefined, (t) => ({ metric: [1, 3, 2][t] }))).toEqual([10, 20, 20])
    expect(() => follow(tx, [1], undefined, () => ({ metric: Number.NaN }))).toThrow(
      /metric must be a finite number, found NaN/,
    )
    expect(() => follow(tx, [1], undefined, () => ({ metric: '1' }))).toThrow(TypeError)
  })

  test('SWAG: mean and population variance', () => {
    const tx = withSwag({ rank: 2, every: 2 })(identity())
    expect(rounded(follow(tx, [9, 1, 9, 3, 9, 8]))).toEqual([0, 1, 1, 2, 2, 4])
    expect(rounded(follow(tx, [9, 1, 9, 3, 9, 8], (s) => s['spread']?.w.values[0]))).toEqual(
      [0, 0, 0, 1, 1, 26 / 3].map((x) => Math.round(x * 1e9) / 1e9),
    )
    expect(rounded(follow(tx, [9, 1, 9, 3, 9, 8], (s) => s['deviation0']?.w.values[0]))).toEqual([0, 0, 0, 0, 0, 4])
    expect(follow(tx, [1, 2, 3], (s) => s['taken'])).toEqual([0, 1, 1])
    expect(() => sampleSwag({ average: null } as never, { key: 1 })).toThrow(/expected the state of withSwag/)
    expect(() => sampleSwag({} as never, { key: -1 })).toThrow(/sampleSwag: key must be an integer ≥ 0/)
  })

  test('SWA and the tail are sugar', () => {
    expect(follow(withSwa({ start: 2, period: 2 })(identity()), [9, 1, 9, 3, 9, 5])).toEqual([0, 1, 1, 2, 2, 3])
    expect(follow(withSwa({ start: 0, period: 2 })(identity()), [9, 1, 9, 3])).toEqual([0, 1, 1, 2])
    expect(follow(withTailAverage({ start: 2 })(identity()), [9, 1, 3, 5])).toEqual([9, 1, 2, 3])
  })
})

group('feedback', () => {
  test('parameters are drawn to the average, and those without a gradient are not', () => {
    const tx = reference(withFeedback(exponential({ decay: 0.5 }), { period: 2, keep: 0.25 })(identity()), 'float64')
    const params = { w: arrayLeaf([0], [1]), still: arrayLeaf([8], [1]) }
    const grads = { w: arrayLeaf([4], [1]), still: null }
    let now = { ...tx.step(grads, tx.init(params), params) }
    now = { ...tx.step(grads, now.state, now.params) }
    // x: 4, then 8; A: 2, then 5; p = 8 − ¾·(8 − 5)
    expect(now).toMatchObject({
      params: { w: { values: new Float64Array([5.75]) }, still: { values: new Float64Array([8]) } },
      state: { average: { w: { values: new Float64Array([5]) } } },
    })
    expect(() => withFeedback(uniform(), { period: 0 })).toThrow(/period must be an integer ≥ 1/)
    expect(() => withFeedback(uniform(), { period: 1, keep: 2 })).toThrow(/keep must be/)
  })

  test('schedule-free refuses a β at which the average is lost', () => {
    expect(() => scheduleFree({ learningRate: 0.1, b1: 0 })).toThrow(
      'scheduleFree: b1 must be a number in (0, 1], found 0',
    )
    expect(() => scheduleFree({ learningRate: 0.1, b1: 1.5 })).toThrow(/found 1\.5/)
    expect(() => scheduleFree({ learningRate: -1 })).toThrow(/learningRate must be/)
    expect(() => scheduleFreeEvalParams([] as never, null)).toThrow(/expected the state of scheduleFree/)
  })
})
