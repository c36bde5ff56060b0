import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { describe as description } from '../transformation/describe.js'
import { arrayLeaf } from '../equation/reference.js'
import { reference } from '../transformation/reference.js'
import { averages, namesOfAverages } from './averages.js'
import { swapped } from './swapped.js'
import { type MovingAverageOptions, withMovingAverage } from './withMovingAverage.js'

const given = (options: object) => () => withMovingAverage(options as { readonly decay: number }) // wrong on purpose

test.each<readonly [object, typeof Error, RegExp]>([
  [
    { decay: 1.2 },
    RangeError,
    /withMovingAverage: decay must be a number in \[0, 1\].* found 1\.2.*Pass e\.g\. \{ decay: /s,
  ],
  [{ decay: -0.1 }, RangeError, /decay .*found -0\.1/],
  [{ decay: Number.NaN }, RangeError, /decay .*found NaN/],
  [{ decay: Number.POSITIVE_INFINITY }, RangeError, /decay .*found Infinity/],
  [{ decay: '0.9' }, TypeError, /decay .*found "0\.9"|decay .*found '0\.9'/],
  [{ decays: 0.9 }, TypeError, /there is no option decays\. Did you mean decay\?/],
  [{ name: '' }, RangeError, /name must be a non-empty string/],
  [{ name: 'a/b' }, RangeError, /name must be .*without "\/" and "\."/],
  [{ name: 'inner.0.mu' }, RangeError, /name must be/],
  [{ name: 'residual' }, RangeError, /other than "residual"/],
  [{ numUpdates: 'pre' }, RangeError, /numUpdates must be 'before', 'after', 'given', or a function/],
  [{ numUpdates: 10 }, TypeError, /numUpdates must be/],
  [{ order: 'before' }, RangeError, /order must be/],
  [{ debias: 1 }, TypeError, /debias must be/],
  [{ start: -1 }, RangeError, /start must be/],
  [{ start: 0.5 }, RangeError, /start must be/],
  [{ every: 0 }, RangeError, /every must be/],
  [{ every: 1.5 }, RangeError, /every must be/],
  [{ precision: 'kahan' }, RangeError, /precision must be/],
  [{ decay: 2, every: 0 }, RangeError, /2 options are wrong/],
])('%o is refused: option, value and range', (options, kind, message) => {
  expect(given(options)).toThrow(kind)
  expect(given(options)).toThrow(message)
})

test('both ends of the range, and no options at all, are accepted', () => {
  for (const decay of [0, 1])
    expect(description(withMovingAverage({ decay })(sgd({ learningRate: 1 }))).options['decay']).toBe(decay)
  const { name, options, parts } = description(withMovingAverage()(adam({ learningRate: 1 })))
  expect([name, options['decay'], options['name'], options['order'], options['precision'], parts[0]?.name]).toEqual([
    'movingAverage',
    0.9999,
    'ExponentialMovingAverage',
    'sequential',
    'plain',
    'adam',
  ])
})

test('two averages with one name are refused wherever the first one lies', () => {
  const slow = withMovingAverage({ name: 'Slow' })
  expect(() => F.pipe(sgd({ learningRate: 1 }), slow, slow)).toThrow(
    /an average named "Slow" inside already.*\{ name: /s,
  )
  expect(() => F.pipe(chain(F.pipe(sgd({ learningRate: 1 }), slow), adam({ learningRate: 1 })), slow)).toThrow(/"Slow"/)
  const both = F.pipe(chain(F.pipe(sgd({ learningRate: 1 }), slow), adam({ learningRate: 1 })), withMovingAverage())
  expect(namesOfAverages(both)).toEqual(['Slow', 'ExponentialMovingAverage'])
  expect(averages(both).map(({ path }) => path)).toEqual(['inner.0', ''])
})

test('a schedule that leaves the range says so when it does', () => {
  const tx = withMovingAverage({ decay: (count) => 0.5 + count })(sgd({ learningRate: 1 }))
  expect(() =>
    tx.anatomy.plan({ count: 1, inner: [{}, { count: 1 }] }, { updates: null, params: null, extra: undefined }),
  ).toThrow('withMovingAverage: decay(1) must be a number in [0, 1], found 1.5.')
})

const at = (count: number) => ({ count, inner: [{}, { count }] as const })
const occasion = { updates: null, params: null, extra: undefined }

test('a schedule below the range, and numbers of updates that are none, say so when they come', () => {
  const scheduled = withMovingAverage({ decay: (count) => 0.5 - count })(sgd({ learningRate: 1 }))
  expect(() => scheduled.anatomy.plan(at(1), occasion)).toThrow(
    'withMovingAverage: decay(1) must be a number in [0, 1], found -0.5.',
  )
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const counted = withMovingAverage({ decay: 0.9, numUpdates: () => wrong })(sgd({ learningRate: 1 }))
    expect(() => counted.anatomy.plan(at(2), occasion)).toThrow(
      `withMovingAverage: numUpdates(2) must be a finite number ≥ 0, found ${wrong}.`,
    )
  }
  expect(() =>
    withMovingAverage({ decay: 0.9, numUpdates: () => 0 })(sgd({ learningRate: 1 })).anatomy.plan(at(2), occasion),
  ).not.toThrow()
})

test('products of decays are kept where an option needs them, and nowhere else', () => {
  const keys = (options: MovingAverageOptions) =>
    Object.keys(
      reference(withMovingAverage(options)(sgd({ learningRate: 1 })), 'float64').init({
        w: arrayLeaf([1], []),
      }) as object,
    ).toSorted()
  expect(keys({ decay: 0.9 })).toEqual(['average', 'count', 'inner'])
  expect(keys({ decay: 0.9, start: 3 })).toEqual(['average', 'count', 'inner'])
  expect(keys({ decay: 0.9, debias: false })).toEqual(['average', 'count', 'inner'])
  expect(keys({ decay: 0.9, debias: true })).toEqual(['average', 'block', 'count', 'inner', 'total'])
  expect(keys({ decay: 0.9, every: 1 })).toEqual(['average', 'block', 'count', 'inner', 'total'])
})

test('debiased with decay 1 from the start on: no weight but the start’s, so it rests', () => {
  const { init, step } = reference(withMovingAverage({ decay: 1, debias: true })(sgd({ learningRate: 1 })), 'float64')
  const params = { w: arrayLeaf([1], []) }
  const next = step({ w: arrayLeaf([2], []) }, init(params), params)
  expect(next).toMatchObject({
    params: { w: { values: new Float64Array([-1]) } },
    state: { average: { w: { values: new Float64Array([1]) } } },
  })
})

test('a swap of what does not belong together names the path', () => {
  const x = arrayLeaf([1, 2], [2])
  const wrong = (params: unknown, average: unknown) => () => swapped({ params, state: { average } })
  expect(wrong({ w: x, b: x }, { w: x })).toThrow('state.average: at b')
  expect(wrong({ w: x }, { w: arrayLeaf([1], []) })).toThrow('state.average: at w, expected a tensor of shape [2]')
  expect(wrong({ w: 3 }, { w: x })).toThrow('params')
  const average = arrayLeaf([3, 4], [2])
  expect(swapped({ params: { w: x, b: x }, state: { average: { w: average, b: null } } })).toEqual({
    params: { w: average, b: x },
    state: { average: { w: x, b: null } },
  })
})
