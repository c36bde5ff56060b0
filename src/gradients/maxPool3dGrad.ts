/** @internal */
import { backend_util, type MaxPool3DGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { onHeap, zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { routeToMaximum } from './routeToMaximum.js'
import { shape5 } from './shapes.js'
import { windowsOf3d } from './Windows.js'

/** The gradient of `maxPool3d`. */
export const maxPool3dGrad = ({
  inputs: { dy, input },
  attrs: { filterSize, strides, pad, dimRoundingMode },
  backend,
}: KernelCall<'dy' | 'input', MaxPool3DGradAttrs>): TensorInfo => {
  const info = backend_util.computePool3DInfo(shape5(input), filterSize, strides, 1, pad, dimRoundingMode)
  const dx = zerosOn(backend, input.shape)
  const view = (tensor: TensorInfo): Float32Array => onHeap(backend, tensor)
  routeToMaximum({ x: view(input), dy: view(dy), dx: view(dx) }, windowsOf3d(info))
  return dx
}
