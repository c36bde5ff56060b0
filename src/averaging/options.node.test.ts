import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { describe as description } from '../transformation/describe.js'
import { averages, namesOfAverages } from './averages.js'
import { withMovingAverage } from './withMovingAverage.js'

const given = (options: object) => () => withMovingAverage(options as { readonly decay: number }) // wrong on purpose

test.each<readonly [object, typeof Error, RegExp]>([
  [{ decay: 1.2 }, RangeError, /withMovingAverage: decay must be a number in \[0, 1\].* found 1\.2.*Pass e\.g\. \{ decay: /s],
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
  for (const decay of [0, 1]) expect(description(withMovingAverage({ decay })(sgd({ learningRate: 1 }))).options['decay']).toBe(decay)
  const { name, options, parts } = description(withMovingAverage()(adam({ learningRate: 1 })))
  expect([name, options['decay'], options['name'], options['order'], options['precision'], parts[0]?.name])
    .toEqual(['movingAverage', 0.9999, 'ExponentialMovingAverage', 'sequential', 'plain', 'adam'])
})

test('two averages with one name are refused wherever the first one lies', () => {
  const slow = withMovingAverage({ name: 'Slow' })
  expect(() => F.pipe(sgd({ learningRate: 1 }), slow, slow)).toThrow(/an average named "Slow" inside already.*\{ name: /s)
  expect(() => F.pipe(chain(F.pipe(sgd({ learningRate: 1 }), slow), adam({ learningRate: 1 })), slow)).toThrow(/"Slow"/)
  const both = F.pipe(chain(F.pipe(sgd({ learningRate: 1 }), slow), adam({ learningRate: 1 })), withMovingAverage())
  expect(namesOfAverages(both)).toEqual(['Slow', 'ExponentialMovingAverage'])
  expect(averages(both).map(({ path }) => path)).toEqual(['inner.0', ''])
})

test('a schedule that leaves the range says so when it does', () => {
  const tx = withMovingAverage({ decay: (count) => 0.5 + count })(sgd({ learningRate: 1 }))
  expect(() => tx.anatomy.plan({ count: 1, inner: [{}, { count: 1 }] }, { updates: null, params: null, extra: undefined })).toThrow(/gave 1\.5 at count 1; a decay must be a number in \[0, 1\]/)
})
