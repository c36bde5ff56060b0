import { sizeOf } from '../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { arrayLeaf } from '../equation/reference.js'
import { axiswiseArrays } from './axiswiseArrays.js'
import { axiswiseTensors } from './axiswiseTensors.js'
import { orthonormalRows } from './orthonormalRows.js'
import { orthogonalized } from './newtonSchulz.js'

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(i * 1.7) + 0.1 * i)

const ofScale = (found: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  const scale = Math.max(...Array.from(wanted, Math.abs))
  return Math.max(...Array.from(wanted, (x, i) => Math.abs(x - (found[i] ?? Number.NaN)))) / scale
}

test('a product is right, whichever shape its second factor had in another one', () => {
  tf.tidy(() => {
    const row = tf.tensor2d(numbers(6), [1, 6])
    const column = tf.reshape(row, [6, 1])
    const a = tf.tensor2d(numbers(12), [2, 6])
    axiswiseTensors.matMul(a, column)
    const outer = axiswiseTensors.matMul(tf.tensor2d([1, 2], [2, 1]), row)
    expect(ofScale(outer.dataSync(), [...numbers(6), ...numbers(6).map((x) => 2 * x)])).toBeLessThan(1e-6)
  })
})

test.each([
  [1, 5],
  [5, 1],
  [3, 4],
])('matrices of %i by %i are made orthogonal alike on tensors and arrays', (rows, columns) => {
  tf.tidy(() => {
    const values = numbers(rows * columns)
    const [tensor, array] = [tf.tensor2d(values, [rows, columns]), arrayLeaf(values, [rows, columns])]
    const coefficients = [[2, -1.5, 0.5] as const, [2, -1.5, 0.5] as const]
    expect(
      ofScale(
        orthogonalized<tf.Tensor>(axiswiseTensors, tensor, coefficients, 'frobenius', 0).dataSync(),
        orthogonalized(axiswiseArrays, array, coefficients, 'frobenius', 0).values,
      ),
    ).toBeLessThan(2e-6)
    const few = Math.min(rows, columns)
    const wide = [tf.reshape(tensor, [few, -1]), arrayLeaf(values, [few, values.length / few])] as const
    expect(
      ofScale(
        orthonormalRows<tf.Tensor>(axiswiseTensors, wide[0]).dataSync(),
        orthonormalRows(axiswiseArrays, wide[1]).values,
      ),
    ).toBeLessThan(2e-6)
  })
})

test('rows that are nearly one and the same are made orthogonal to the last digits', () => {
  tf.tidy(() => {
    const row = numbers(4)
    const rows = [
      row,
      row.map((x, i) => (i === 3 ? x + 2 ** -13 : x)),
      row.map((x, i) => (i === 2 ? x + 2 ** -12 : x)),
    ].flat()
    const made = orthonormalRows<tf.Tensor>(axiswiseTensors, tf.tensor2d(rows, [3, 4]))
    const gram = tf.matMul(made, made, false, true).dataSync()
    expect(
      Math.max(...[0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => Math.abs((gram[3 * i + j] ?? 0) - (i === j ? 1 : 0))))),
    ).toBeLessThan(1e-6)
  })
})

// WebGL selects among four axes at most.
test.each([
  [
    [2, 1, 2, 1, 2, 2],
    [1, 1, 1, 1, 1, 1],
  ],
  [
    [2, 3, 1, 2, 2],
    [2, 3, 1, 1, 1],
  ],
  [
    [2, 3, 1, 2, 2],
    [1, 1, 1, 2, 1],
  ],
  [
    [3, 2, 2, 2, 1, 2],
    [1, 2, 2, 2, 1, 2],
  ],
])('of leaves of shape %j the smaller is chosen by one of shape %j as on arrays', (shape, by) => {
  const size = sizeOf
  const [values, limits] = [numbers(size(shape)), numbers(size(by)).map((x) => x - 0.2)]
  const wanted = axiswiseArrays.whereLess(0.3, arrayLeaf(limits, by), arrayLeaf(values, shape), 7)
  tf.tidy(() => {
    const found = axiswiseTensors.whereLess(0.3, tf.tensor(limits, by), tf.tensor(values, shape), 7)
    expect(found.shape).toEqual(wanted.shape)
    expect(ofScale(found.dataSync(), wanted.values)).toBeLessThan(1e-6)
    const turned = axiswiseTensors.whereLess(
      0.3,
      tf.tensor(values, shape),
      tf.tensor(limits, by),
      tf.tensor(values, shape),
    )
    const other = axiswiseArrays.whereLess(
      0.3,
      arrayLeaf(values, shape),
      arrayLeaf(limits, by),
      arrayLeaf(values, shape),
    )
    expect(ofScale(turned.dataSync(), other.values)).toBeLessThan(1e-6)
  })
})

test('what is no number shows in the larger, the smaller and the largest, as on arrays', () => {
  const [x, y] = [
    [Number.NaN, 1, 2, Number.NaN, 3, -1],
    [1, Number.NaN, -2, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN],
  ]
  const shape = [2, 3]
  const [a, b] = [arrayLeaf(x, shape), arrayLeaf(y, shape)]
  tf.tidy(() => {
    const [p, q] = [tf.tensor(x, shape), tf.tensor(y, shape)]
    const agrees = (found: tf.Tensor, wanted: { readonly values: Float64Array }): void =>
      expect([...found.dataSync()]).toEqual([...wanted.values])
    agrees(axiswiseTensors.max(p, q), axiswiseArrays.max(a, b))
    agrees(axiswiseTensors.min(p, q), axiswiseArrays.min(a, b))
    agrees(axiswiseTensors.max(p, 0), axiswiseArrays.max(a, 0))
    agrees(axiswiseTensors.min(q, 0), axiswiseArrays.min(b, 0))
    for (const axes of [[0], [1], [0, 1]]) agrees(axiswiseTensors.largest(p, axes), axiswiseArrays.largest(a, axes))
  })
})
