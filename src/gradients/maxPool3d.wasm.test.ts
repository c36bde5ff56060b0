import { sizeOf } from '../tree/sizeOf.js'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { maxima, type Sliding } from '../../laws/checks/gradients/float64.js'
import { numbers } from '../../laws/checks/gradients/numbers.js'

type Three = [number, number, number]

const shapes = (
  [
    [[4, 4, 4], [2, 2, 2], [2, 2, 2], 'valid'],
    [[4, 5, 3], [2, 3, 1], [1, 2, 1], 'valid'],
    [[3, 4, 6], [3, 3, 3], [1, 1, 1], 'same'],
    [[5, 4, 3], [2, 2, 2], [2, 3, 2], 'same'],
    [[2, 3, 4], [1, 1, 1], [2, 1, 3], 'same'],
  ] as const
).map(([input, window, strides, padding]): Sliding => ({
  kind: 'volumes',
  batch: 2,
  channels: 3,
  input,
  window,
  strides,
  padding,
}))

const pooled = (
  { batch, channels, input, window, strides, padding }: Sliding,
  x: Float32Array | Int32Array,
): tf.Tensor =>
  tf.maxPool3d(
    tf.tensor5d(x, [batch, ...([...input] as Three), channels], x instanceof Int32Array ? 'int32' : 'float32'),
    [...window] as Three,
    [...strides] as Three,
    padding as 'same',
  )

test.each(shapes)('the maxima of negative, mixed and whole numbers: $input by $window', (sliding) => {
  const backend = tf.backend() as BackendWasm
  const before = [tf.memory().numTensors, backend.numDataIds()]
  const size = sliding.batch * sliding.channels * sizeOf(sliding.input)
  const mixed = numbers(size, 3)
  for (const x of [numbers(size, 4, 'negative'), mixed, Int32Array.from(mixed, (v) => Math.round(100 * v - 60))]) {
    const [y, dtype] = tf.tidy(() => {
      const found = pooled(sliding, x)
      return [Array.from(found.dataSync()), found.dtype]
    })
    expect(y).toEqual(maxima(sliding, x))
    expect(dtype).toBe(x instanceof Int32Array ? 'int32' : 'float32')
  }
  expect([tf.memory().numTensors, backend.numDataIds()]).toEqual(before)
})

test('NaN is passed over, as on cpu', () => {
  const x = Float32Array.of(Number.NaN, -3, -2, Number.NaN, Number.NaN, -7, -9, -8)
  const sliding: Sliding = { ...(shapes[0] as Sliding), batch: 1, channels: 1, input: [2, 2, 2] } // there is a first
  expect([...tf.tidy(() => pooled(sliding, x).dataSync())]).toEqual([-2])
})
