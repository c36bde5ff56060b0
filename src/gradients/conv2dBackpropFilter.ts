/** @internal */
import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { filterGradient } from './filterGradient.js'
import type { KernelCall } from './KernelCall.js'
import { shape4 } from './shapes.js'
import { windowsOf2d } from './Windows.js'

/** The gradient of `conv2d` for its filter. */
export const conv2dBackpropFilter = (call: KernelCall<'x' | 'dy', Conv2DBackpropFilterAttrs>): TensorInfo => {
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = call.attrs
  if (dataFormat !== 'NHWC')
    throw new RangeError(
      `polyak/gradients: the gradient of conv2d for its filter knows dataFormat "NHWC" only, as conv2d on the wasm backend does, found "${dataFormat}". Transpose to channels last.`,
    )
  const info = backend_util.computeConv2DInfo(shape4(call.inputs.x), filterShape, strides, 1, pad, dimRoundingMode)
  return filterGradient(call, windowsOf2d(info), filterShape)
}
