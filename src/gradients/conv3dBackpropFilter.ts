/** @internal */
import { backend_util, type Conv3DBackpropFilterV2Attrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { filterGradient } from './filterGradient.js'
import type { KernelCall } from './KernelCall.js'
import { shape5 } from './shapes.js'
import { windowsOf3d } from './Windows.js'

/** The gradient of `conv3d` for its filter. */
export const conv3dBackpropFilter = (call: KernelCall<'x' | 'dy', Conv3DBackpropFilterV2Attrs>): TensorInfo => {
  const { strides, pad, filterShape } = call.attrs
  const info = backend_util.computeConv3DInfo(shape5(call.inputs.x), filterShape, strides, 1, pad)
  return filterGradient(call, windowsOf3d(info), filterShape)
}
