import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, identityMatrix, type Matrix, matrixOf, product, transposed } from './Matrix.js'
import { qr } from './qr.js'
import { svd } from './svd.js'
import { symmetricEigen } from './symmetricEigen.js'
import { triangularSolve } from './triangularSolve.js'

/** Matrices whose elements differ much in size; now and then a column is another's multiple, or zero. */
const matrices = (least = 1, most = 7): fc.Arbitrary<Matrix> =>
  fc
    .record({
      rows: fc.integer({ min: least, max: most }),
      columns: fc.integer({ min: least, max: most }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      twin: fc.constantFrom(0, 1, 2),
    })
    .map(({ rows, columns, seed, twin }) => {
      const element = (i: number, j: number) =>
        Math.sin(seed * (i + 1.37) * (j + 0.71)) * 10 ** ((seed + 3 * i + 5 * j) % 4)
      return matrixOf(rows, columns, (i, j) =>
        j === columns - 1 && columns > 1 && twin > 0 ? (twin - 1) * 2 * element(i, 0) : element(i, j),
      )
    })

const largest = (a: Matrix): number => a.values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
const apart = (a: Matrix, b: Matrix): number =>
  a.rows === b.rows && a.columns === b.columns
    ? largest(matrixOf(a.rows, a.columns, (i, j) => at(a, i, j) - at(b, i, j)))
    : Number.NaN
const near = (a: Matrix, b: Matrix, scale = Math.max(largest(a), largest(b), 1e-300)): void =>
  expect(apart(a, b)).toBeLessThanOrEqual(1e-13 * scale * Math.max(a.rows, a.columns))
const columnsOf = (a: Matrix): Matrix => product(transposed(a), a)
const diagonal = (values: Float64Array): Matrix =>
  matrixOf(values.length, values.length, (i, j) => (i === j ? (values[i] ?? 0) : 0))

describe('linear algebra in double', () => {
  test('qr: orthogonal columns times an upper triangle', () => {
    fc.assert(
      fc.property(matrices(), (a) => {
        const { q, r } = qr(a)
        near(product(q, r), a)
        near(columnsOf(q), identityMatrix(Math.min(a.rows, a.columns)), 1)
        for (let i = 0; i < r.rows; i++) for (let j = 0; j < i; j++) expect(at(r, i, j)).toBe(0)
      }),
    )
  })

  test('symmetric eigenvalues ascend, and their vectors are orthogonal', () => {
    fc.assert(
      fc.property(matrices(), (a) => {
        const s = columnsOf(a)
        const { values, vectors } = symmetricEigen(s)
        near(product(product(vectors, diagonal(values)), transposed(vectors)), s, 10 * largest(s))
        near(columnsOf(vectors), identityMatrix(s.rows), 10)
        expect([...values].toSorted((x, y) => x - y)).toEqual([...values])
      }),
    )
  })

  test('singular values descend, and their vectors are orthogonal', () => {
    fc.assert(
      fc.property(matrices(), (a) => {
        const { u, s, v } = svd(a)
        near(product(product(u, diagonal(s)), transposed(v)), a, 10 * largest(a))
        expect([...s].toSorted((x, y) => y - x)).toEqual([...s])
        const rank = s.filter((x) => x > 1e-12 * (s[0] ?? 0)).length
        const first = (x: Matrix) => matrixOf(x.rows, rank, (i, j) => at(x, i, j))
        near(columnsOf(first(u)), identityMatrix(rank), 10)
        near(columnsOf(first(v)), identityMatrix(rank), 10)
      }),
    )
  })

  test('triangular systems', () => {
    fc.assert(
      fc.property(matrices(2, 6), fc.constantFrom('upper' as const, 'lower' as const), (a, half) => {
        const n = a.rows
        const t = matrixOf(n, n, (i, j) =>
          i === j ? 3 + i : (half === 'upper' ? j > i : j < i) ? Math.sin(i + 2 * j) : 0,
        )
        near(product(t, triangularSolve(t, a, half)), a)
      }),
    )
  })

  test('known numbers', () => {
    const { values } = symmetricEigen({ rows: 2, columns: 2, values: Float64Array.from([2, 1, 1, 2]) })
    expect([...values]).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)])
    const { s } = svd({ rows: 2, columns: 2, values: Float64Array.from([3, 0, 4, 5]) })
    expect([...s]).toEqual([expect.closeTo(Math.sqrt(45), 13), expect.closeTo(Math.sqrt(5), 13)])
  })
})
