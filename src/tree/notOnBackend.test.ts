import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { memoryStore, save } from '../checkpoint/index.js'
import { adam } from '../optimizers/adam.js'
import { applyIfFinite, snapshot } from '../combinators/index.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { minimize } from '../training/minimize.js'
import { scaleByDog } from '../transforms/scaleByDog.js'
import { applyUpdates } from '../transformation/applyUpdates.js'
import { step } from '../transformation/step.js'

const optimizer = adam({ learningRate: 0.1 })
const params = { w: tf.tensor1d([1, 2]) }
const state = optimizer.init(params)
// a copy has the type of what was copied, as far as anyone knows
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const found =
  'expected a tensor, found a copy of one without its numbers, as JSON, structuredClone and postMessage make them.'

test('what JSON and structuredClone make of tensors is told as that, with its path', async () => {
  for (const copy of [json, <T>(value: T): T => structuredClone(value)]) {
    expect(() => optimizer.init(copy(params))).toThrow(`params: at w, ${found}`)
    expect(() => step(optimizer)(copy(params), state, params)).toThrow(`grads: at w, ${found}`)
    expect(() => step(optimizer)(params, state, copy(params))).toThrow(`params: at w, ${found}`)
    expect(() => step(optimizer)(params, copy(state), params)).toThrow(`state.0.mu: at w, ${found}`)
    expect(() => optimizer.update(params, copy(state), params)).toThrow(`state.0.mu: at w, ${found}`)
    expect(() => applyUpdates(copy(params), params)).toThrow(`params: at w, ${found}`)
    expect(() => applyUpdates(params, copy(params))).toThrow(`updates: at w, ${found}`)
    expect(() => minimize(optimizer, (p: typeof params) => tf.sum(p.w))({ params: copy(params), state })).toThrow(
      `params: at w, ${found}`,
    )
    expect(() => treeNorm(copy(params))).toThrow(found)
    await expect(save({ store: memoryStore(), name: 'a', optimizer, params, state: copy(state) })).rejects.toThrow(
      found,
    )
  }
})

test('numbers of the whole tree, and states of what is no equation, are told too', () => {
  const distance = scaleByDog()
  const started = distance.init(params)
  expect(() => step(distance)(params, { ...started, maxDist: json(started.maxDist) }, params)).toThrow(
    `state.maxDist: at the root, ${found}`,
  )
  const measuring = snapshot({ measureName: 'norm', measure: treeNorm })
  expect(() => step(measuring)(params, json(measuring.init(params)), params)).toThrow(
    `state.norm: at the root, ${found}`,
  )
  const guarded = applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(optimizer)
  expect(() => step(guarded)(params, json(guarded.init(params)), params)).toThrow(`state.inner.0.mu: at w, ${found}`)
})

test('a TensorBuffer is told how it becomes a tensor', () => {
  expect(() => optimizer.init({ w: tf.buffer([2]) as never })).toThrow(
    'params: at w, expected a tensor, found a TensorBuffer. Pass the tensor that its toTensor() gives.',
  )
})
