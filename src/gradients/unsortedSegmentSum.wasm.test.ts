import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { errorOf, numbers, sizeOf } from '../../laws/checks/gradients/numbers.js'

const cases = [
  { rows: 6, rest: [], segments: 3 },
  { rows: 6, rest: [4], segments: 3 },
  { rows: 50, rest: [2, 3], segments: 7 },
  { rows: 1, rest: [5], segments: 1 },
  { rows: 0, rest: [2], segments: 3 },
  { rows: 4, rest: [0], segments: 2 },
] as const

/** Segments in no order, some of them none: −1, and one past the end. */
const segmentsOf = (rows: number, segments: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, i) => ((i * 5 + 3) % (segments + 2)) - 1)

test.each(cases)('sums of segments equal their definition: %j', ({ rows, rest, segments }) => {
  const [values, ids] = [numbers(rows * sizeOf(rest), 1), segmentsOf(rows, segments)]
  const width = sizeOf(rest)
  const expected = new Float64Array(segments * width)
  values.forEach((x, i) => {
    const to = (ids[Math.floor(i / width)] ?? -1) * width + (i % width)
    if (to >= 0 && to < expected.length) expected[to] = (expected[to] ?? Number.NaN) + x
  })
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const found = tf.unsortedSegmentSum(tf.tensor(values, [rows, ...rest]), tf.tensor1d(ids, 'int32'), segments)
    expect(found.shape).toEqual([segments, ...rest])
    expect(errorOf(found.dataSync(), expected)).toBeLessThan(1e-6)
  })
  expect(tf.memory().numTensors).toBe(before)
})

test.each([0, 1])('the gradient of gather adds up what was taken more than once, on axis %i', (axis) => {
  tf.tidy(() => {
    const table = tf.tensor2d(numbers(20, 3), [4, 5])
    const taken = tf.tensor2d([3, 0, 3, 1, 3, 0], [2, 3], 'int32')
    const shape = axis === 0 ? [2, 3, 5] : [4, 2, 3]
    const dy = numbers(sizeOf(shape), 4)
    const found = tf
      .grad((x: tf.Tensor) => tf.gather(x, taken, axis))(table, tf.tensor(dy, shape))
      .dataSync()
    const expected = new Float64Array(20)
    const indices = [3, 0, 3, 1, 3, 0]
    dy.forEach((g, i) => {
      const to =
        axis === 0
          ? (indices[Math.floor(i / 5)] ?? Number.NaN) * 5 + (i % 5)
          : Math.floor(i / 6) * 5 + (indices[i % 6] ?? Number.NaN)
      expected[to] = (expected[to] ?? Number.NaN) + g
    })
    expect(errorOf(found, expected)).toBeLessThan(1e-6)
  })
})

test('what it cannot add is refused by name', () => {
  tf.tidy(() => {
    const ids = tf.tensor1d([0, 1], 'int32')
    expect(() => tf.unsortedSegmentSum(tf.ones([3, 2]), ids, 2)).toThrow(
      /one segment for each row of x.*\[2\].*\[3,2\]/,
    )
    expect(() => tf.unsortedSegmentSum(tf.ones([2, 2], 'int32'), ids, 2)).toThrow(/float32 by segments of int32.*int32/)
  })
})
