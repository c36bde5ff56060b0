/** @internal */
import { type TensorInfo, Transpose } from '@tensorflow/tfjs-core'
import { allocated, at, onHeap } from './HeapBackend.js'
import type { AnyCall } from './GradientKernel.js'

/** A new tensor, a matrix transposed. */
export const turned = (x: TensorInfo, { backend, run }: Pick<AnyCall, 'backend' | 'run'>): TensorInfo => {
  const [rows, columns] = x.shape as [number, number] // a matrix
  if (!turnsHere(rows, columns)) return run(Transpose, { x }, { perm: [1, 0] })
  const out = allocated(backend, [columns, rows])
  const [from, to] = [onHeap(backend, x), onHeap(backend, out)]
  for (let i = 0; i < rows; i += tile)
    for (let j = 0; j < columns; j += tile) {
      const [rowsEnd, columnsEnd] = [Math.min(rows, i + tile), Math.min(columns, j + tile)]
      for (let q = j; q < columnsEnd; q++)
        for (let p = i; p < rowsEnd; p++) to[q * rows + p] = at(from, p * columns + q)
    }
  return out
}

/** Nanoseconds that it takes to turn a matrix. */
export const turningCost = (rows: number, columns: number): number =>
  turnsHere(rows, columns) ? 300 + 1.5 * rows * columns : 1500 + 0.5 * rows * columns

/** The registered kernel takes some microseconds to begin, and is ten times slower where the columns that it writes lie
 *  a multiple of 1 KB apart, as those share a few places of the cache. There a loop in tiles is faster. */
const turnsHere = (rows: number, columns: number): boolean => rows * columns <= 1024 || rows % 256 === 0

/** A row of a tile is half a line of the cache. */
const tile = 8
