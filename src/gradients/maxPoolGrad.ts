/** @internal */
import { backend_util, type MaxPoolGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { onHeap, zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { routeToMaximum } from './routeToMaximum.js'
import { shape4 } from './shapes.js'
import { windowsOf2d } from './Windows.js'

/** The gradient of `maxPool`. */
export const maxPoolGrad = ({
  inputs: { dy, input },
  attrs: { filterSize, strides, pad, dimRoundingMode },
  backend,
}: KernelCall<'dy' | 'input', MaxPoolGradAttrs>): TensorInfo => {
  const info = backend_util.computePool2DInfo(shape4(input), filterSize, strides, 1, pad, dimRoundingMode)
  const dx = zerosOn(backend, input.shape)
  const view = (tensor: TensorInfo): Float32Array => onHeap(backend, tensor)
  routeToMaximum({ x: view(input), dy: view(dy), dx: view(dx) }, windowsOf2d(info))
  return dx
}
