/** @internal */
import { type TensorInfo, type UnsortedSegmentSumAttrs, util } from '@tensorflow/tfjs-core'
import { addAt, at, onHeap, onHeapInt, zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'

/** The sum of the rows of each segment; what has no segment counts nowhere. It is the gradient of `gather`. */
export const unsortedSegmentSum = ({
  inputs: { x, segmentIds },
  attrs: { numSegments },
  backend,
}: KernelCall<'x' | 'segmentIds', UnsortedSegmentSumAttrs>): TensorInfo => {
  if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== x.shape[0])
    throw new RangeError(
      `polyak/gradients: unsortedSegmentSum needs one segment for each row of x, found segmentIds of shape [${segmentIds.shape.join()}] for x of shape [${x.shape.join()}]`,
    )
  if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32')
    throw new TypeError(
      `polyak/gradients: unsortedSegmentSum on the wasm backend adds float32 by segments of int32, found ${x.dtype} by ${segmentIds.dtype}. Use tf.cast.`,
    )
  const sums = zerosOn(backend, [numSegments, ...x.shape.slice(1)])
  const [values, segments, target] = [onHeap(backend, x), onHeapInt(backend, segmentIds), onHeap(backend, sums)]
  const width = util.sizeFromShape(x.shape.slice(1))
  segments.forEach((segment, row) => {
    if (segment < 0 || segment >= numSegments) return
    for (let i = 0; i < width; i++) addAt(target, segment * width + i, at(values, row * width + i))
  })
  return sums
}
