import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { statelessWithTreeMap } from '../transforms/statelessWithTreeMap.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { flatten } from './flatten.js'
import { type Measure, monitor } from './monitor.js'
import { multiSteps } from './multiSteps.js'
import { snapshot } from './snapshot.js'
import { treeMapParams } from './treeMapParams.js'

const params = () => ({ w: tf.tensor1d([3, 4]), b: tf.scalar(1) })
const wrong = (value: unknown) => (() => value) as never // as JavaScript may

test.each([
  ['the number 3', 3],
  ['nothing', undefined],
  ['null', null],
  ['a record with the keys "w"', { w: 1 }],
])('statelessWithTreeMap and treeMapParams: a function that returns %s', (found, value) => {
  const p = params()
  const tx = statelessWithTreeMap({ f: wrong(value) })
  expect(() => tx.update(p, tx.init(p), p)).toThrow(
    `statelessWithTreeMap: f must return a tensor, found ${found}. Mend the function.`,
  )
  const optimizer = adam({ learningRate: 1 })
  expect(() => treeMapParams(optimizer, wrong(value))(optimizer.init(p))).toThrow(
    `treeMapParams: f(…, 'w') must return a tensor, found ${found}. Mend the function.`,
  )
})

test('statelessWithTreeMap: a function that is async', () => {
  const p = params()
  const tx = statelessWithTreeMap({ f: wrong(Promise.resolve(p.w)) })
  expect(() => tx.update(p, tx.init(p), p)).toThrow('It cannot be async: return a tensor, and read it later.')
})

test.each([
  ['the number 3', 3],
  ['nothing', undefined],
  ['an array of 1', [1]],
])("monitor: a measure of one's own that returns %s", (found, value) => {
  const at = (part: 'init' | 'update') => {
    const measure: Measure<number, number> = { kind: 'measure', options: {}, init: () => [1, 0], update: () => [1, 0] }
    return monitor({ size: { ...measure, [part]: () => value } })
  }
  const p = params()
  const said = (part: string) =>
    `monitor: size.${part} must return [measurement, memory], found ${found}. Return both, in an array.`
  expect(() => at('init').init(p)).toThrow(said('init'))
  const tx = at('update')
  expect(() => tx.update(p, tx.init(p), p)).toThrow(said('update'))
})

test('monitor: a measurement that is none', () => {
  const measure: Measure<number, string> = {
    kind: 'measure',
    options: {},
    init: () => ['much', 0],
    update: () => ['much', 0],
  }
  expect(() => monitor({ size: measure }).init(params())).toThrow(
    'monitor: size.init: the measurement must return tensors and numbers',
  )
})

test('snapshot measures updates of which some are null', () => {
  const before = tf.memory().numTensors
  const tx = snapshot({ measureName: 'norm', measure: treeNorm })
  const p = params()
  const state = tx.init(p)
  const [, next] = tx.update({ w: p.w, b: null }, state, p)
  const [, none] = tx.update({ w: null, b: null }, next, p)
  expect([next.norm.dataSync()[0], none.norm.dataSync()[0]]).toEqual([5, 0])
  disposeExcept([p, state, next, none], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('flatten around multiSteps loses what a leaf gathered whose last gradient is null; the other way round does not', () => {
  const round = [
    { w: tf.tensor1d([2, 2]), b: tf.scalar(10) },
    { w: tf.tensor1d([2, 2]), b: null },
  ]
  const inside = flatten(multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 })))
  const outside = multiSteps({ everyKSchedule: 2 })(flatten(sgd({ learningRate: 1 })))
  const p = params()
  let [a, b] = [
    { params: p, state: inside.init(p) },
    { params: p, state: outside.init(p) },
  ]
  for (const grads of round) {
    a = step(inside)(grads, a.state, a.params)
    b = step(outside)(grads, b.state, b.params)
  }
  expect([...a.params.w.dataSync(), ...a.params.b.dataSync()]).toEqual([1, 2, 1])
  expect([...b.params.w.dataSync(), ...b.params.b.dataSync()]).toEqual([1, 2, -4])
})

test.each([false, true])(
  'one tensor at two paths is two parameters, and two tensors after a step; donated: %s',
  (donate) => {
    const tied = tf.tensor1d([1, 2])
    const tx = adam({ learningRate: 0.5, b1: 0, b2: 0, eps: 0 })
    const p = { a: tied, b: tied }
    const now = step(tx, { donate })({ a: tf.tensor1d([1, 1]), b: tf.tensor1d([-1, -1]) }, tx.init(p), p)
    expect(now.params.a).not.toBe(now.params.b)
    expect([...now.params.a.dataSync(), ...now.params.b.dataSync()]).toEqual([0.5, 1.5, 1.5, 2.5])
  },
)

test('keys that are symbols are refused in gradients and in states as in parameters', () => {
  const p = params()
  const tx = adam({ learningRate: 1 })
  const hidden = { [Symbol('hidden')]: tf.scalar(1) }
  const said = 'expected keys that are strings, as those of the parameters are, found the key Symbol(hidden)'
  expect(() => tx.update({ ...p, ...hidden }, tx.init(p), p)).toThrow(said)
  const [adamState, rate] = tx.init(p)
  expect(() => tx.update(p, [{ ...adamState, mu: { ...adamState.mu, ...hidden } }, rate], p)).toThrow(said)
})
