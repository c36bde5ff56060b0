/** @internal */
import { backend_util, type DepthwiseConv2dNativeBackpropInputAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { addAt, at, onHeap, zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { shape4 } from './shapes.js'
import { endPosition, firstPosition, seen, type Windows, windowsOf2d } from './Windows.js'

/** The gradient of `depthwiseConv2d` for its input. */
export const depthwiseBackpropInput = ({
  inputs: { dy, filter },
  attrs: { strides, pad, dilations, dimRoundingMode, inputShape },
  backend,
}: KernelCall<'dy' | 'filter', DepthwiseConv2dNativeBackpropInputAttrs>): TensorInfo => {
  const shape = shape4(filter)
  const info = backend_util.computeConv2DInfo(inputShape, shape, strides, dilations, pad, dimRoundingMode, true)
  const dx = zerosOn(backend, inputShape)
  const view = (tensor: TensorInfo): Float32Array => onHeap(backend, tensor)
  scatter(view(dx), view(dy), view(filter), windowsOf2d(info), shape[3])
  return dx
}

const scatter = (
  dx: Float32Array,
  dy: Float32Array,
  filter: Float32Array,
  { batch, channels, height, width }: Windows,
  multiplier: number,
): void => {
  const outputs = channels * multiplier
  for (let image = 0; image < batch; image++)
    for (let tapY = 0; tapY < height.window; tapY++)
      for (let outY = firstPosition(height, tapY); outY < endPosition(height, tapY); outY++) {
        const row = (image * height.input + seen(height, outY, tapY)) * width.input
        for (let tapX = 0; tapX < width.window; tapX++)
          for (let outX = firstPosition(width, tapX); outX < endPosition(width, tapX); outX++) {
            const target = (row + seen(width, outX, tapX)) * channels
            const above = ((image * height.output + outY) * width.output + outX) * outputs
            const weights = (tapY * width.window + tapX) * outputs
            for (let c = 0, q = 0; c < channels; c++)
              for (let m = 0; m < multiplier; m++, q++)
                addAt(dx, target + c, at(dy, above + q) * at(filter, weights + q))
          }
      }
}
