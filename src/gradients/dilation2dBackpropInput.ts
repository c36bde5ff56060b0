/** @internal */
import { backend_util, type Dilation2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { onHeap, zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { routeToMaximum } from './routeToMaximum.js'
import { shape3, shape4 } from './shapes.js'
import { windowsOf2d } from './Windows.js'

/** The gradient of `dilation2d` for its input. */
export const dilation2dBackpropInput = ({
  inputs: { x, filter, dy },
  attrs: { strides, pad, dilations },
  backend,
}: KernelCall<'x' | 'filter' | 'dy', Dilation2DAttrs>): TensorInfo => {
  const info = backend_util.computeDilation2DInfo(shape4(x), shape3(filter), strides, pad, 'NHWC', dilations)
  const dx = zerosOn(backend, x.shape)
  const view = (tensor: TensorInfo): Float32Array => onHeap(backend, tensor)
  routeToMaximum({ x: view(x), added: view(filter), dy: view(dy), dx: view(dx) }, windowsOf2d(info))
  return dx
}
