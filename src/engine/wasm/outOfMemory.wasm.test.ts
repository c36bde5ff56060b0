import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../../averaging/withMovingAverage.js'
import { adam } from '../../optimizers/adam.js'
import { step } from '../../transformation/step.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { OutOfMemoryError } from '../OutOfMemoryError.js'

const optimizer = withMovingAverage({ decay: 0.9 })(adam({ learningRate: 0.1 }))
const tree = (x: number) => ({ a: tf.fill([1000], x), b: tf.fill([10, 10], x) })
const values = (value: unknown): unknown => tensorsOf(value).map((t) => [...t.dataSync()])

/** Runs something while the backend's heap gives memory only so many times more. */
const withAllocations = (count: number, f: () => void): void => {
  // this project's backend
  const { wasm } = tf.backend() as unknown as { readonly wasm: { _malloc: (size: number) => number } }
  const malloc = wasm._malloc
  let left = count
  wasm._malloc = (size) => (left-- > 0 ? malloc(size) : 0)
  try {
    f()
  } finally {
    wasm._malloc = malloc
  }
}

test.each([false, true])('no memory for a result, donate: %s: a typed error, and everything as it was', (donate) => {
  const [grads, params] = [tree(1), tree(2)]
  const state = optimizer.init(params)
  const [before, old, { numTensors, numBytes, numDataBuffers }] = [
    tf.memory(),
    values([grads, params, state]),
    tf.memory(),
  ]
  const heap = (tf.backend() as BackendWasm).numDataIds()
  // Someone else holds the parameters, so that even a donated step needs memory.
  const held = [tf.reshape(params.a, [1000, 1]), tf.reshape(params.b, [100])]
  for (const allocations of donate ? [0, 1] : [0, 1, 5, 7])
    withAllocations(allocations, () => {
      let caught: unknown
      try {
        step(optimizer, { donate })(grads, state, params)
      } catch (error) {
        caught = error
      }
      expect(caught).toBeInstanceOf(OutOfMemoryError)
      expect((caught as OutOfMemoryError).bytes).toBe(
        donate ? (allocations === 0 ? 4000 : 400) : allocations % 2 === 0 ? 4000 : 400,
      ) // checked above
      expect((caught as OutOfMemoryError).message).toMatch(/unchanged.*Dispose.*donate: true/)
    })
  tf.dispose(held)
  expect(values([grads, params, state])).toEqual(old)
  expect([tf.memory().numTensors, tf.memory().numBytes, tf.memory().numDataBuffers]).toEqual([
    numTensors,
    numBytes,
    numDataBuffers,
  ])
  expect((tf.backend() as BackendWasm).numDataIds()).toBe(heap)
  expect(before.numTensors).toBe(numTensors)
  const next = step(optimizer, { donate })(grads, state, params)
  expect(values(next.params)).not.toEqual(values(grads))
  disposeExcept([grads, params, state, next], [])
})
