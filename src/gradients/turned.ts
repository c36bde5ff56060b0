/** @internal */
import { type KernelBackend, type TensorInfo, Transpose } from '@tensorflow/tfjs-core'
import { heapOf } from '../engine/wasm/heapOf.js'
import { rememberedOne } from '../equation/Program.js'
import { allocated } from './HeapBackend.js'
import type { AnyCall } from './GradientKernel.js'
import { turningModule } from './turningModule.js'

/** A new tensor, a matrix transposed. The registered kernel takes some microseconds to begin and three times as long for
 *  each number, ten times where the columns that it writes lie a multiple of 1 KB apart. */
export const turned = (x: TensorInfo, { backend, run }: Pick<AnyCall, 'backend' | 'run'>): TensorInfo => {
  const [rows, columns] = x.shape as [number, number] // a matrix
  const { turn } = Math.min(rows, columns) < least ? nothing : turningOn(backend)
  if (turn === undefined) return run(Transpose, { x }, { perm: [1, 0] })
  const out = allocated(backend, [columns, rows])
  const [from, to] = [x, out].map(({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset) as [number, number] // of two
  for (let band = 0; band < rows; band += bandHeight) {
    const begin = Math.min(band, rows - least)
    turn(from + begin * columns * 4, to + begin * 4, Math.min(bandHeight, rows - begin), columns, rows)
  }
  return out
}

/** Nanoseconds that it takes to turn a matrix. */
export const turningCost = (rows: number, columns: number): number => 300 + 0.15 * rows * columns

/** The rows and columns of the smallest square that is turned at once. */
const least = 4

/** Rows that are turned together: a line of the cache that is read or written once is used whole, and 32 lines that lie
 *  a multiple of 1 KB apart are as many as its places hold. */
const bandHeight = 32

interface Turning {
  /** `undefined` where there is no heap to work on, or no vectors. */
  readonly turn: ((from: number, to: number, height: number, columns: number, rows: number) => void) | undefined
}

const nothing: Turning = { turn: undefined }

const turningOn = rememberedOne((backend: KernelBackend): Turning => {
  const memory = heapOf(backend)
  if (memory === undefined) return nothing
  const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(turningModule(shared)), { host: { memory } })
    return { turn: exports['run'] as Turning['turn'] } // the one export of the module
  } catch {
    return nothing
  }
})
