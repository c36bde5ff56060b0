import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { exponential } from '../averaging/schemes/exponential.js'
import { treeAverage } from '../averaging/treeAverage.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { flush } from '../combinators/flush.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { hide } from '../combinators/transformations.js'
import { adamw } from '../optimizers/adamw.js'
import { momo } from '../optimizers/momo.js'
import { sgd } from '../optimizers/sgd.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { arrayLeaf } from '../equation/reference.js'
import { backendName } from '../../laws/checks/backend.js'
import { agreeInPasses } from '../../laws/checks/agreeInPasses.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { applyUpdates } from './applyUpdates.js'
import { plain } from './plain.js'
import { reference } from './reference.js'
import { step } from './step.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import type { StateLambda } from './Transformation.js'

const optimizer = chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1, weightDecay: 0.01 }))

test('step is update and applyUpdates, and agrees with the float64 reference', () => {
  const before = tf.memory().numTensors
  const params = {
    dense: {
      kernel: tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      bias: tf.tensor1d([0.5, -0.5]),
    },
  }
  const grads = {
    dense: {
      kernel: tf.tensor2d([
        [0.1, -2],
        [3, 0.4],
      ]),
      bias: tf.tensor1d([1, 1]),
    },
  }
  let now = { params, state: optimizer.init(params) }
  const exact = reference(optimizer, 'float64')
  const p64 = { dense: { kernel: arrayLeaf([1, 2, 3, 4], [2, 2]), bias: arrayLeaf([0.5, -0.5], [2]) } }
  const g64 = { dense: { kernel: arrayLeaf([0.1, -2, 3, 0.4], [2, 2]), bias: arrayLeaf([1, 1], [2]) } }
  let now64 = { params: p64 as unknown, state: exact.init(p64) }
  for (let i = 0; i < 5; i++) {
    const [updates, unused] = optimizer.update(grads, now.state, now.params)
    const applied = applyUpdates(now.params, updates)
    const next = step(optimizer)(grads, now.state, now.params)
    agreeInPasses(next.params, applied)
    disposeExcept([updates, applied, unused], [])
    disposeExcept(now, [next, params])
    now = next
    now64 = exact.step(g64, now64.state, now64.params)
  }
  const want = (now64.params as typeof p64).dense.kernel.values
  now.params.dense.kernel.dataSync().forEach((x, i) => expect(Math.abs(x - (want[i] ?? 0))).toBeLessThan(1e-5))
  expect(now.state[1][0].count).toBe(5)
  disposeExcept([now, params, grads], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a leaf without a gradient stays the same tensor', () => {
  const params = { w: tf.scalar(1), b: tf.scalar(2) }
  const tx = sgd({ learningRate: 1, momentum: 0.9 })
  const state = tx.init(params)
  const next = step(tx)({ w: tf.scalar(0.5), b: null }, state, params)
  expect(next.params.b).toBe(params.b)
  expect(next.params.w.dataSync()[0]).toBe(0.5)
  expect(next.state[0].trace.b).toBe(state[0].trace.b)
})

test('donate among the extras is refused, and nothing is changed', () => {
  const params = { w: tf.scalar(1) }
  const optimizer = sgd({ learningRate: 0.5 })
  const state = optimizer.init(params)
  const loose = step(optimizer) as (...given: readonly unknown[]) => unknown // as JavaScript sees it
  expect(() => loose({ w: tf.scalar(1) }, state, params, { donate: true })).toThrow(
    /^step: donate stands beside what transformations are told.*step\(optimizer, { donate: true }\)/,
  )
  expect(params.w.dataSync()[0]).toBe(1)
})

interface Nothing extends StateLambda {
  readonly State: {}
}

test('nor does update take it, of whatever it is, or flush: each says where it goes', () => {
  type Loose = (...given: readonly unknown[]) => unknown // as JavaScript sees it
  const params = { w: tf.scalar(1) }
  const sum = plain<Nothing>({ name: 'sum', init: () => ({}), update: (updates, state) => [updates, state] })
  const optimizers = [
    hide(sgd({ learningRate: 0.5 })),
    hide(chain(sum, sgd({ learningRate: 0.5 }))),
    hide(withMovingAverage({ decay: 0.5 })(sgd({ learningRate: 0.5 }))),
    hide(multiSteps({ everyKSchedule: 2 })(momo())),
  ]
  for (const optimizer of optimizers) {
    const state = (optimizer.init as Loose)(params)
    const updated = () => (optimizer.update as Loose)({ w: tf.scalar(1) }, state, params, { value: 1, donate: true })
    expect(updated).toThrow(/^update: donate stands beside what.*step\(optimizer, { donate: true }\)/)
  }
  const late = multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 0.5 }))
  const flushed = () => (flush(late) as Loose)(late.init(params), params, { donate: true })
  expect(flushed).toThrow(/^flush: donate stands beside what.*flush\(optimizer, { donate: true }\)/)
  const swapped = () => (flush(late) as Loose)(params, late.init(params))
  expect(swapped).toThrow(/^state: (at \w+, )?expected/)
  const average = treeAverage(exponential({ decay: 0.5 }))
  const averaged = () => (average.update as Loose)(average.init(params), params, { donate: true })
  expect(averaged).toThrow(/^update: donate stands beside/)
  expect(params.w.dataSync()[0]).toBe(1)
})

test('what a step cannot mean is refused, not passed over', () => {
  type Loose = (...given: readonly unknown[]) => unknown // as JavaScript sees it
  const params = { w: tf.scalar(1) }
  const optimizer = sgd({ learningRate: 0.5 })
  const state = optimizer.init(params)
  for (const [door, make] of [
    ['step', step as Loose],
    ['flush', flush as Loose],
  ] as const) {
    expect(() => make(optimizer, { donat: true })).toThrow(
      new TypeError(`${door}: there is no option donat. Did you mean donate? Options are: donate.`),
    )
    for (const [found, given] of [
      ['true', true],
      ['null', null],
    ] as const)
      expect(() => make(optimizer, given)).toThrow(
        new TypeError(
          `${door}: the options must be one record, found ${found}. Pass e.g. ${door}(optimizer, { donate: true }).`,
        ),
      )
    expect(() => make(optimizer, { donate: 1 })).toThrow(new RegExp(`^${door}: donate must be`))
  }
  const loss = tf.scalar(2)
  for (const [told, words] of [
    [loss, 'a tensor of shape [] and dtype float32'],
    [2, 'the number 2'],
    [[loss], 'an array of 1'],
    [new Map([['value', loss]]), 'an object of class Map with the keys (none)'],
    [Promise.resolve({ value: loss }), 'an object of class Promise with the keys (none)'],
  ] as const) {
    const message = (door: string) =>
      `${door}: what transformations are told must be one record, found ${words}. Pass e.g. { value: loss }.`
    expect(() => (step(optimizer) as Loose)(params, state, params, told)).toThrow(new TypeError(message('step')))
    expect(() => (optimizer.update as Loose)(params, state, params, told)).toThrow(new TypeError(message('update')))
    expect(() => (flush(optimizer) as Loose)(state, params, told)).toThrow(new TypeError(message('flush')))
  }
  expect(params.w.dataSync()[0]).toBe(1)
})

test('what is no number is no parameter: told at the start, where it lies', () => {
  const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 })
  for (const [leaf, dtype] of [
    [tf.tensor(['a', 'b']), 'string'],
    // wasm has no complex numbers
    ...(backendName === 'wasm' ? [] : [[tf.complex([1, 2], [3, 4]), 'complex64'] as const]),
  ] as const)
    expect(() => optimizer.init({ deep: [tf.scalar(1), { w: leaf }] })).toThrow(
      new TreeMismatch({
        where: 'params',
        path: 'deep/1/w',
        expected: 'a tensor of real numbers',
        found: `one of dtype ${dtype}`,
        hint: 'Put null in its place.',
      }),
    )
})
