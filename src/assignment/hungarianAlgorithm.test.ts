import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hungarianAlgorithm } from './hungarianAlgorithm.js'

type Matrix = readonly (readonly number[])[]
const costOf = (costs: Matrix, { rows, columns }: ReturnType<typeof hungarianAlgorithm>): number =>
  rows.reduce((sum, row, k) => sum + (costs[row]?.[columns[k] ?? -1] ?? Number.NaN), 0)

/** The least over all ways to choose a column for each row in turn. */
const least = (costs: Matrix, row = 0, used: readonly number[] = []): number =>
  row === costs.length
    ? 0
    : Math.min(
        ...(costs[row] ?? []).map((cost, j) =>
          used.includes(j) ? Number.POSITIVE_INFINITY : cost + least(costs, row + 1, [...used, j]),
        ),
      )
const transposed = (costs: Matrix): Matrix => (costs[0] ?? []).map((_, j) => costs.map((row) => row[j] ?? Number.NaN))

const matrices = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 })).chain(([rows, more]) =>
  fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: rows + more, maxLength: rows + more }), {
    minLength: rows,
    maxLength: rows,
  }),
)

describe('hungarianAlgorithm', () => {
  it('is the best of all, either way round, each row and column once', () => {
    fc.assert(
      fc.property(matrices, (costs) => {
        const found = hungarianAlgorithm(costs)
        expect(costOf(costs, found)).toBe(least(costs))
        expect(new Set(found.columns).size).toBe(costs.length)
        expect(found.rows).toEqual(costs.map((_, i) => i))
        const other = hungarianAlgorithm(transposed(costs))
        expect(costOf(transposed(costs), other)).toBe(least(costs))
        expect(other.rows).toEqual(other.rows.toSorted((a, b) => a - b))
      }),
    )
  })

  it('takes what is forbidden, nothing, and tensors', () => {
    const never = Number.POSITIVE_INFINITY
    expect(
      hungarianAlgorithm([
        [never, 1],
        [1, never],
      ]),
    ).toEqual({ rows: [0, 1], columns: [1, 0] })
    expect(hungarianAlgorithm([])).toEqual({ rows: [], columns: [] })
    expect(hungarianAlgorithm([[], []])).toEqual({ rows: [], columns: [] })
    const tensor = tf.tensor2d([4, 1, 2, 8], [2, 2])
    const before = tf.memory().numTensors
    expect(hungarianAlgorithm(tensor)).toEqual({ rows: [0, 1], columns: [1, 0] })
    expect(tf.memory().numTensors).toBe(before)
    tensor.dispose()
  })

  it('refuses what has no answer', () => {
    const never = Number.POSITIVE_INFINITY
    expect(() => hungarianAlgorithm([[1, never], [2, never]])).toThrow(/every assignment has a pair of cost Infinity/) // prettier-ignore
    expect(() => hungarianAlgorithm([[1, Number.NaN]])).toThrow(/found NaN at row 0, column 1/)
    expect(() => hungarianAlgorithm([[1, -never]])).toThrow(/above −∞, found -Infinity/)
    expect(() => hungarianAlgorithm([[1, 2], [3]])).toThrow(/found rows of 2 and of 1/)
    const vector = tf.tensor1d([1])
    expect(() => hungarianAlgorithm(vector)).toThrow(/must be a matrix, found the shape \[1\]/)
    vector.dispose()
  })
})
