/** @internal */
import { backend_util, type DepthwiseConv2dNativeBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { allocated, at, onHeap } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { shape4 } from './shapes.js'
import { endPosition, firstPosition, seen, type Windows, windowsOf2d } from './Windows.js'

/** The gradient of `depthwiseConv2d` for its filter: for each tap, channel and its outputs, what the tap sees times what
 *  came of it. */
export const depthwiseBackpropFilter = ({
  inputs: { x, dy },
  attrs: { strides, pad, dilations, dimRoundingMode, filterShape },
  backend,
}: KernelCall<'x' | 'dy', DepthwiseConv2dNativeBackpropFilterAttrs>): TensorInfo => {
  const info = backend_util.computeConv2DInfo(shape4(x), filterShape, strides, dilations, pad, dimRoundingMode, true)
  const dw = allocated(backend, filterShape)
  const [values, from] = [onHeap(backend, x), onHeap(backend, dy)]
  onHeap(backend, dw).set(summed(values, from, windowsOf2d(info), filterShape[3]))
  return dw
}

const summed = (x: Float32Array, dy: Float32Array, windows: Windows, multiplier: number): Float64Array => {
  const { batch, channels, height, width } = windows
  const outputs = channels * multiplier
  const sums = new Float64Array(height.window * width.window * outputs)
  for (let tapY = 0; tapY < height.window; tapY++)
    for (let tapX = 0; tapX < width.window; tapX++) {
      const target = (tapY * width.window + tapX) * outputs
      for (let image = 0; image < batch; image++)
        for (let outY = firstPosition(height, tapY); outY < endPosition(height, tapY); outY++) {
          const row = (image * height.input + seen(height, outY, tapY)) * width.input
          for (let outX = firstPosition(width, tapX); outX < endPosition(width, tapX); outX++) {
            const source = (row + seen(width, outX, tapX)) * channels
            const above = ((image * height.output + outY) * width.output + outX) * outputs
            for (let c = 0, q = 0; c < channels; c++)
              for (let m = 0; m < multiplier; m++, q++)
                // within, by the bounds above
                sums[target + q] = (sums[target + q] as number) + at(x, source + c) * at(dy, above + q)
          }
        }
    }
  return sums
}
