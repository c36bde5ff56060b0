/** @internal */
import { backend_util, type MaxPool3DAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { eachMaximum } from './eachMaximum.js'
import { allocated, onHeap, onHeapInt } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { shape5 } from './shapes.js'
import { windowsOf3d } from './Windows.js'

/** The largest numbers of windows in volumes; a window without any number gives −∞. */
export const maxPool3d = ({
  inputs: { x },
  attrs: { filterSize, strides, pad, dimRoundingMode },
  backend,
}: KernelCall<'x', MaxPool3DAttrs>): TensorInfo => {
  const info = backend_util.computePool3DInfo(shape5(x), filterSize, strides, 1, pad, dimRoundingMode)
  const whole = x.dtype === 'int32'
  const y = allocated(backend, info.outShape, whole ? 'int32' : 'float32')
  const view = (tensor: TensorInfo): Float32Array | Int32Array =>
    whole ? onHeapInt(backend, tensor) : onHeap(backend, tensor)
  const found = view(y).fill(Number.NEGATIVE_INFINITY)
  eachMaximum({ x: view(x) }, windowsOf3d(info), (out, _, largest) => {
    found[out] = largest
  })
  return y
}
