import { describe, expect, test } from 'vitest'
import { type ArrayLeaf, arrayLeaf } from '../equation/reference.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { reference } from '../transformation/reference.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import * as combinators from './index.js'

const { byPath, byPattern, masked, partition } = combinators

const scalar = arrayLeaf([1], [])
const params = { dense: { kernel: arrayLeaf([1, 2], [2]), bias: scalar }, list: [scalar, null] }
const started =
  (tx: AnyTransformation, given: unknown = params) =>
  () =>
    reference(tx, 'float64').init(given)
const tx = sgd({ learningRate: 1 })
// wrong on purpose
const groups = (paramLabels: unknown) => partition({ transforms: { a: tx, b: tx }, paramLabels: paramLabels as 'a' })
const mask = (given: unknown) => masked({ mask: given as boolean })(tx) // as above

describe('labels are proved total, exclusive and known', () => {
  test.each<readonly [name: string, act: () => unknown, message: string]>([
    [
      'an unknown label',
      started(groups({ dense: 'a', list: ['c', null] })),
      'the labels of partition: at list/0, expected one of the labels "a", "b", found "c" at list/0. Give a transformation for each label, or mend the label.',
    ],
    ['two unknown labels', started(groups({ dense: 'c', list: 'a' })), 'found "c" at dense/kernel, "c" at dense/bias.'],
    [
      'an unknown label of a lone leaf',
      started(groups('c'), scalar),
      'the labels of partition: at the root, expected one of the labels "a", "b", found "c" at the root.',
    ],
    [
      'a label without a leaf',
      started(groups('a')),
      'the labels of partition: at the root, expected a leaf for each of "a", "b", found none for "b". The leaves are dense/kernel: "a", dense/bias: "a", list/0: "a". Mend the labels, or leave the transformation out.',
    ],
    ['a label without a leaf, where all is one', started(groups('a'), scalar), 'The leaves are the root: "a". Mend'],
    ['labels without leaves', started(groups('a'), {}), 'found none for "a", "b". The leaves are none. Mend'],
    [
      'a number',
      started(groups({ dense: 'a', list: [1, null] })),
      'the labels of partition: at list/0, expected one of the labels "a", "b", found the number 1. Labels are a tree like the parameters (or a prefix of it), byPattern({ … }), or byPath((path) => …).',
    ],
    [
      'a missing branch',
      started(groups({ dense: 'a' })),
      'the labels of partition: at list, expected one of the labels "a", "b", found nothing.',
    ],
    [
      'a surplus branch',
      started(groups({ dense: 'a', list: 'b', more: 'a' })),
      'the labels of partition: at the root, expected one of the labels "a", "b", or the structure of the parameters',
    ],
    [
      'a list for a record',
      started(groups({ dense: ['a', 'b'], list: 'b' })),
      'the labels of partition: at dense, expected',
    ],
    [
      'nothing for a record',
      started(groups({ dense: null, list: 'b' })),
      'the labels of partition: at dense, expected',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message)
  })

  test('a null of the parameters needs no label', () => {
    expect(started(groups({ dense: 'a', list: ['b'] }))).not.toThrow()
  })
})

describe('patterns are proved to part the leaves', () => {
  test.each<readonly [name: string, labels: () => unknown, message: string]>([
    [
      'one that matches nothing',
      started(groups(byPattern({ a: 'dense/**', b: 'conv/**' }, 'a'))),
      'The leaves are dense/kernel, dense/bias, list/0. Mend the patterns, or label the rest: byPattern',
    ],
    ['two that match one leaf', started(groups(byPattern({ a: '**', b: 'dense/*' }))), 'one group for each leaf'],
    [
      'a leaf that none matches',
      started(groups(byPattern({ a: 'dense/kernel', b: 'dense/bias' }))),
      'a group for each leaf',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message)
    expect(act).toThrow(/at (conv|dense|list|the root)/)
  })
})

test('masks say which of them is wrong, and where', () => {
  expect(started(mask({ dense: 'yes', list: true }))).toThrow(
    'the mask of masked: at dense, expected true or false, or the structure of the parameters, found the string "yes"',
  )
  expect(started(mask({ dense: true, list: [0, null] }))).toThrow(
    'the mask of masked: at list/0, expected true or false, found the number 0',
  )
  expect(started(combinators.freeze({ mask: { dense: 1, list: true } as never }))).toThrow(
    'the mask of freeze: at dense, expected',
  )
  expect(started(combinators.selectiveTransform({ freezeMask: 3 as never })(tx))).toThrow(
    'the freezeMask of selectiveTransform: at the root',
  )
})

test('each tells its name, its options and its parts', () => {
  const inner = adam({ learningRate: 1 })
  const all: readonly AnyTransformation[] = [
    combinators.chain(tx, inner),
    combinators.namedChain({ first: tx, last: inner }),
    masked({ mask: true })(tx),
    masked({ mask: byPath(() => false), otherwise: 'zero' })(tx),
    partition({ transforms: { a: tx, b: inner }, paramLabels: 'a' }),
    combinators.freeze({ mask: true }),
    combinators.selectiveTransform({ freezeMask: false })(tx),
    combinators.multiSteps({ everyKSchedule: 3 })(tx),
    combinators.multiSteps({
      everyKSchedule: (n) => n + 1,
      useGradMean: false,
      shouldSkipUpdateFn: combinators.skipNotFinite,
    })(tx),
    combinators.applyIfFinite({ maxConsecutiveErrors: 2 })(tx),
    combinators.applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(tx),
    combinators.lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(tx),
    combinators.lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(tx),
    combinators.conditionallyMask({ shouldTransformFn: () => true })(tx),
    combinators.conditionallyTransform({ shouldTransformFn: () => true })(tx),
    combinators.flatten(tx),
    combinators.injectHyperparams(adam)({ learningRate: (n) => n, b1: 0.5 }),
    combinators.snapshot({ measureName: 'norm', measure: () => scalar as never }),
    combinators.monitor({
      norm: () => scalar as never,
      smooth: combinators.measureWithEma({ measure: () => scalar as never, decay: 0.5 }),
    }),
  ]
  expect(
    all
      .map(({ anatomy: { description } }) =>
        JSON.stringify(description, (_key, value: unknown) => (typeof value === 'function' ? 'a function' : value)),
      )
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "{"name":"chain","options":{},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]},{"name":"adam","options":{"learningRate":1,"b1":0.9,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[{"name":"scaleByAdam","options":{"b1":0.9,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"namedChain","options":{"names":["first","last"]},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]},{"name":"adam","options":{"learningRate":1,"b1":0.9,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[{"name":"scaleByAdam","options":{"b1":0.9,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"masked","options":{"otherwise":"pass"},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"scope":{"includes":"a function"}}
    {"name":"masked","options":{"otherwise":"zero"},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"scope":{"includes":"a function"}}
    {"name":"partition","options":{"labels":["a","b"]},"parts":[{"name":"a","options":{},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"scope":{"includes":"a function"}},{"name":"b","options":{},"parts":[{"name":"adam","options":{"learningRate":1,"b1":0.9,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[{"name":"scaleByAdam","options":{"b1":0.9,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"scope":{"includes":"a function"}}]}
    {"name":"freeze","options":{},"parts":[],"scope":{"includes":"a function"}}
    {"name":"selectiveTransform","options":{},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"scope":{"includes":"a function"}}
    {"name":"multiSteps","parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"options":{"everyKSchedule":3,"useGradMean":true}}
    {"name":"multiSteps","parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}],"options":{"everyKSchedule":{"$function":"everyKSchedule"},"useGradMean":false,"shouldSkipUpdateFn":"skipNotFinite"}}
    {"name":"applyIfFinite","options":{"maxConsecutiveErrors":2,"decide":"host","judge":"updates"},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"applyIfFinite","options":{"maxConsecutiveErrors":2,"decide":"device","judge":"updates"},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"lookahead","options":{"syncPeriod":2,"slowStepSize":0.5,"resetState":false},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"lookahead","options":{"syncPeriod":2,"slowStepSize":0.5,"resetState":true},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"conditionallyMask","options":{"shouldTransformFn":"shouldTransformFn"},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"conditionallyTransform","options":{"shouldTransformFn":"shouldTransformFn"},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"flatten","options":{},"parts":[{"name":"sgd","options":{"learningRate":1,"nesterov":false},"parts":[{"name":"identity","options":{},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":1,"flipSign":true},"parts":[]}]}]}
    {"name":"injectHyperparams","options":{"hyperparams":{"learningRate":{"$function":"learningRate"},"b1":0.5}},"parts":[{"name":"adam","options":{"learningRate":0,"b1":0.5,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[{"name":"scaleByAdam","options":{"b1":0.5,"b2":0.999,"eps":1e-8,"epsRoot":0,"nesterov":false,"count":"step"},"parts":[]},{"name":"scaleByLearningRate","options":{"learningRate":0,"flipSign":true},"parts":[]}]}]}
    {"name":"snapshot","options":{"measureName":"norm","measure":"measure"},"parts":[]}
    {"name":"monitor","options":{"norm":"norm","smooth":{"measure":"measure","decay":0.5,"debias":true}},"parts":[]}"
  `)
})

describe('a state that starts again after each k-th step', () => {
  const guarded = combinators.applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(adam({ learningRate: 0.1 }))
  const inners: Readonly<Record<string, AnyTransformation>> = {
    adam: adam({ learningRate: 0.1 }),
    'a trial on the device': guarded,
    'a part that stands still in between': combinators.multiSteps({ everyKSchedule: 2 })(adam({ learningRate: 0.1 })),
    'a part behind a mask': masked({ mask: { a: true, b: false } })(sgd({ learningRate: 0.1, momentum: 0.9 })),
    'a named part inside a trial': combinators.namedChain({
      one: guarded,
      two: sgd({ learningRate: 0.1, momentum: 0.5 }),
    }),
  }
  test.each(Object.entries(inners))('%s', (_, inner) => {
    const { init, step } = reference(
      combinators.lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(inner),
      'float64',
    )
    const first = { a: arrayLeaf([1, -2], [2]), b: scalar }
    const grads = { a: arrayLeaf([0.5, 1], [2]), b: arrayLeaf([2], []) }
    const innerOf = (state: unknown): unknown => (state as { readonly inner: unknown }).inner // the state of lookahead
    const start = { params: first as unknown as typeof first & ArrayLeaf, state: init(first) }
    const once = step(grads, start.state, start.params)
    const twice = step(grads, once.state, once.params)
    expect(innerOf(once.state)).not.toEqual(innerOf(start.state))
    expect(innerOf(twice.state)).toEqual(innerOf(start.state))
    expect(twice.params).not.toEqual(once.params)
  })
})

test('a function of a path, in the place of one of the parameters, is told that', () => {
  const way =
    'path.endsWith is not a function. Its function is called once, with the tree of all parameters; ' +
    'byPath((path, leaf) => …) calls one for each leaf.'
  const wrong = (path: string): unknown => path.endsWith('kernel')
  expect(started(mask(wrong))).toThrow(`the mask of masked: ${way}`)
  expect(started(groups(wrong))).toThrow(`the labels of partition: ${way}`)
  const own = new RangeError('mine')
  expect(
    started(
      mask(() => {
        throw own
      }),
    ),
  ).toThrow(own)
})
