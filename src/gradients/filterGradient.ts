/** @internal */
import { BatchMatMul, type TensorInfo } from '@tensorflow/tfjs-core'
import { allocated, at, onHeap, zerosOn } from './HeapBackend.js'
import { gatherPatches } from './gatherPatches.js'
import type { KernelCall } from './KernelCall.js'
import { positionsOf, tapsOf, type Windows } from './Windows.js'

/** How many numbers of patches are gathered at a time, about: what a second-level cache holds. */
const most = 2 ** 18

/** The gradient of a convolution's filter, as products of what the weights see with what came of it:
 *
 *  ```text
 *  dW = Σ over pieces of the batch  patches · dy
 *  ```
 */
export const filterGradient = (
  { inputs: { x, dy }, backend, run }: KernelCall<'x' | 'dy', unknown>,
  windows: Windows,
  filterShape: readonly number[],
): TensorInfo => {
  const rows = tapsOf(windows) * windows.channels
  const outChannels = dy.shape.at(-1) ?? 1
  const perImage = positionsOf(windows)
  if (windows.batch * perImage * rows * outChannels === 0) return zerosOn(backend, filterShape)
  const images = Math.max(1, Math.floor(most / (rows * perImage)))
  const sums = new Float64Array(rows * outChannels)
  for (let from = 0; from < windows.batch; from += images) {
    const to = Math.min(windows.batch, from + images)
    const columns = (to - from) * perImage
    const scratch: TensorInfo[] = []
    const kept = (info: TensorInfo): TensorInfo => {
      scratch.push(info)
      return info
    }
    try {
      const a = kept(allocated(backend, [rows, columns]))
      const b = kept(allocated(backend, [columns, outChannels]))
      gatherPatches(onHeap(backend, a), onHeap(backend, x), windows, from, to)
      const begin = from * perImage * outChannels
      onHeap(backend, b).set(onHeap(backend, dy).subarray(begin, begin + columns * outChannels))
      const product = kept(run(BatchMatMul, { a, b }, { transposeA: false, transposeB: false }))
      add(sums, onHeap(backend, product))
    } finally {
      for (const { dataId } of scratch) backend.disposeData(dataId)
    }
  }
  const dw = allocated(backend, filterShape)
  onHeap(backend, dw).set(sums)
  return dw
}

const add = (sums: Float64Array, terms: Float32Array): void => {
  // one length
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + at(terms, i)
}
