/** @internal */
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { allocated, type HeapBackend, onHeap } from './HeapBackend.js'

/** The product of two batches of matrices, one pair at a time. Axes of length 1 are broadcast. */
export const productByItems = (
  backend: HeapBackend,
  { a, b, outer }: { readonly a: TensorInfo; readonly b: TensorInfo; readonly outer: readonly number[] },
  product: (a: TensorInfo, b: TensorInfo) => TensorInfo,
): TensorInfo => {
  const [m, n] = [a.shape.at(-2) ?? 1, b.shape.at(-1) ?? 1]
  const [matrixA, matrixB] = [a.shape.slice(-2), b.shape.slice(-2)]
  const out = allocated(backend, [...outer, m, n])
  for (let item = 0; item < util.sizeFromShape([...outer]); item++) {
    // always new ones: the backend remembers packed forms of a matrix by its tensor
    const [left, right] = [allocated(backend, matrixA), allocated(backend, matrixB)]
    copy(backend, a, itemOf(a.shape, outer, item), left)
    copy(backend, b, itemOf(b.shape, outer, item), right)
    const made = product(left, right)
    onHeap(backend, out).set(onHeap(backend, made), item * m * n)
    for (const { dataId } of [left, right, made]) backend.disposeData(dataId)
  }
  return out
}

const copy = (backend: HeapBackend, from: TensorInfo, item: number, to: TensorInfo): void => {
  const size = util.sizeFromShape(to.shape)
  onHeap(backend, to).set(onHeap(backend, from).subarray(item * size, (item + 1) * size))
}

/** Which matrix of a batch goes with an item of the batch that it is broadcast to. */
const itemOf = (shape: readonly number[], outer: readonly number[], item: number): number =>
  util
    .indexToLoc(item, outer.length, util.computeStrides([...outer]))
    .slice(outer.length - (shape.length - 2))
    .reduce((index, place, axis) => index * (shape[axis] ?? 1) + (shape[axis] === 1 ? 0 : place), 0)
