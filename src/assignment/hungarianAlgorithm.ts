import { wrongArgument } from '../scalars/wrongArgument.js'
import { nth } from '../scalars/nth.js'
import { must } from '../scalars/must.js'
import type * as tf from '@tensorflow/tfjs-core'
import { tensorAt } from '../tensors/checkedTensors.js'
import { isLeaf } from '../tree/Tree.js'

/** Which row goes with which column. */
export interface Assignment {
  /** The rows, in order: all of them, unless there are fewer columns. */
  readonly rows: readonly number[]
  /** The column of each of them. */
  readonly columns: readonly number[]
}

/** Pairs rows with columns, each with one at most, at the least cost.
 *
 *  ```text
 *  min Σ cost[i, j(i)] over one-to-one j
 *  ```
 *
 *  @shapes a matrix, as a tensor or as rows of numbers; as many pairs as there are of the fewer. Time is at most that of
 *    rows² × columns, on the host; a tensor is read back.
 *  @units those of the costs.
 *  @throws `RangeError` where it is no matrix, a cost is NaN or −∞, or none of finite cost exists (∞ forbids a pair).
 *  @laws the cost is that of the transposed problem; a number added to a row or a column of a square matrix changes
 *    no pair.
 *  @departs rows are told in order; ∞ and NaN are checked. `base_hungarian_algorithm` of optax, the same by another way,
 *    has no counterpart.
 *  @reference Kuhn 1955; Jonker & Volgenant 1987; optax.assignment.hungarian_algorithm
 *  @example hungarianAlgorithm([[4, 1], [2, 8]])   // { rows: [0, 1], columns: [1, 0] } */
export const hungarianAlgorithm = (costs: tf.Tensor | readonly (readonly number[])[]): Assignment => {
  const rows = rowsOf(costs)
  const width = rows[0]?.length ?? 0 // no rows
  if (rows.length === 0 || width === 0) return { rows: [], columns: [] }
  if (rows.length <= width) return { rows: rows.map((_, i) => i), columns: columnsOf(rows) }
  const rowOf = columnsOf(Array.from({ length: width }, (_, j) => rows.map((row) => nth(row, j))))
  const pairs = rowOf.map((row, column) => ({ row, column })).toSorted((a, b) => a.row - b.row)
  return { rows: pairs.map(({ row }) => row), columns: pairs.map(({ column }) => column) }
}

const where = 'hungarianAlgorithm'

const rowsOf = (costs: tf.Tensor | readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const rows = isLeaf(costs) ? nested(tensorAt({ where, name: 'costs' }, costs)) : costs
  if (!Array.isArray(rows) || !rows.every(Array.isArray))
    throw wrongArgument(`${where}: costs`, 'a tensor or an array of rows', costs, 'Pass e.g. [[1, 2], [3, 4]].')
  const width = rows[0]?.length ?? 0 // no rows
  rows.forEach((row, i) => {
    if (row.length !== width)
      throw new RangeError(
        `${where}: costs must be a matrix, found rows of ${width} and of ${row.length}. Fill row ${i} with Infinity, which forbids a pair.`,
      )
    row.forEach((cost, j) => {
      if (!(cost > Number.NEGATIVE_INFINITY))
        throw new RangeError(
          `${where}: a cost must be a number above −∞, found ${cost} at row ${i}, column ${j}. Infinity forbids a pair.`,
        )
    })
  })
  return rows
}

const nested = (costs: tf.Tensor): readonly (readonly number[])[] => {
  const [rows, columns] = costs.shape
  if (costs.rank !== 2 || rows === undefined || columns === undefined)
    throw new RangeError(`${where}: costs must be a matrix, found the shape [${costs.shape.join(', ')}]. Reshape them.`)
  const values = [...costs.dataSync()]
  return Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns))
}

/** The column of each row, where there are at least as many columns: rows come in one by one, each by the shortest
 *  augmenting path. Places are counted from 1: 0 is none. */
const columnsOf = (costs: readonly (readonly number[])[]): readonly number[] => {
  const width = costs[0]?.length ?? 0 // no rows
  const rowPrice = new Float64Array(costs.length + 1)
  const columnPrice = new Float64Array(width + 1)
  const rowAt = new Int32Array(width + 1)
  for (let row = 1; row <= costs.length; row++) {
    rowAt[0] = row
    const from = shortestPath(costs, rowPrice, columnPrice, rowAt)
    for (let column = from.end; column !== 0;) {
      const before = nth(from.path, column)
      rowAt[column] = nth(rowAt, before)
      column = before
    }
  }
  const columns = new Array<number>(costs.length).fill(0)
  rowAt.forEach((row, column) => {
    if (column > 0 && row > 0) columns[row - 1] = column - 1
  })
  return columns
}

/** The cheapest way from the row at column 0 to a free column, and prices that make it free of cost. */
const shortestPath = (
  costs: readonly (readonly number[])[],
  rowPrice: Float64Array,
  columnPrice: Float64Array,
  rowAt: Int32Array,
): { readonly path: Int32Array; readonly end: number } => {
  const width = rowAt.length - 1
  const path = new Int32Array(width + 1)
  const least = new Float64Array(width + 1).fill(Number.POSITIVE_INFINITY)
  const used = new Uint8Array(width + 1)
  let column = 0
  while (nth(rowAt, column) !== 0) {
    used[column] = 1
    const row = nth(rowAt, column)
    let delta = Number.POSITIVE_INFINITY
    let next = 0
    for (let j = 1; j <= width; j++) {
      if (used[j] === 1) continue
      const reduced = nth(must(costs[row - 1], 'row of costs'), j - 1) - nth(rowPrice, row) - nth(columnPrice, j)
      if (reduced < nth(least, j)) {
        least[j] = reduced
        path[j] = column
      }
      if (nth(least, j) < delta) {
        delta = nth(least, j)
        next = j
      }
    }
    if (delta === Number.POSITIVE_INFINITY)
      throw new RangeError(
        `${where}: every assignment has a pair of cost Infinity, which forbids it. Allow one more pair for row ${row - 1}.`,
      )
    for (let j = 0; j <= width; j++)
      if (used[j] === 1) {
        const priced = nth(rowAt, j)
        rowPrice[priced] = nth(rowPrice, priced) + delta
        columnPrice[j] = nth(columnPrice, j) - delta
      } else least[j] = nth(least, j) - delta
    column = next
  }
  return { path, end: column }
}
