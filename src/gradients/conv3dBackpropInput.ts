/** @internal */
import { backend_util, BatchMatMul, type Conv3DBackpropInputV2Attrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { allocated, onHeap, zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { scatterPatches } from './scatterPatches.js'
import { shape5 } from './shapes.js'
import { positionsOf, tapsOf, windowsOf3d } from './Windows.js'

/** How many numbers of patches are made at a time, about. */
const most = 2 ** 20

/** The gradient of `conv3d` for its input: what each position asks of its patch, `dy · Wᵀ`, added up where patches
 *  overlap. */
export const conv3dBackpropInput = ({
  inputs: { dy, filter },
  attrs: { strides, pad, inputShape },
  backend,
  run,
}: KernelCall<'dy' | 'filter', Conv3DBackpropInputV2Attrs>): TensorInfo => {
  const windows = windowsOf3d(backend_util.computeConv3DInfo(inputShape, shape5(filter), strides, 1, pad))
  const row = tapsOf(windows) * windows.channels
  const outChannels = dy.shape.at(-1) ?? 1
  const perImage = positionsOf(windows)
  const dx = zerosOn(backend, inputShape)
  if (windows.batch * perImage * row * outChannels === 0) return dx
  const images = Math.max(1, Math.floor(most / (row * perImage)))
  const b: TensorInfo = { dataId: filter.dataId, shape: [row, outChannels], dtype: 'float32' }
  for (let from = 0; from < windows.batch; from += images) {
    const to = Math.min(windows.batch, from + images)
    const a = allocated(backend, [(to - from) * perImage, outChannels])
    const begin = from * perImage * outChannels
    onHeap(backend, a).set(onHeap(backend, dy).subarray(begin, begin + (to - from) * perImage * outChannels))
    const patches = run(BatchMatMul, { a, b }, { transposeA: false, transposeB: true })
    scatterPatches(onHeap(backend, dx), onHeap(backend, patches), windows, from, to)
    backend.disposeData(a.dataId)
    backend.disposeData(patches.dataId)
  }
  return dx
}
