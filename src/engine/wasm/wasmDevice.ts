/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { must } from '../../scalars/must.js'
import type { Device } from '../fused/Device.js'
import { deviceTensors } from '../fused/deviceTensors.js'
import { arrayAt, startOf, type Kernel, type Run } from '../fused/Kernel.js'
import { rememberedOne } from '../../equation/Program.js'
import { OutOfMemoryError } from '../OutOfMemoryError.js'
import { compiledOn } from './kernelModules.js'

/** What this library uses of tfjs' wasm backend, beside what every backend has. */
export interface WasmBackend extends tf.KernelBackend {
  readonly dataIdMap: { readonly get: (dataId: object) => WasmMemory }
  readonly wasm: {
    readonly tfjs: {
      readonly disposeData: (id: number) => void
      readonly registerTensor: (id: number, size: number, address: number) => void
    }
  }
  readonly makeOutput: (shape: number[], dtype: 'float32', address?: number, values?: Float32Array) => tf.TensorInfo
}

/** The backend's record of a tensor's memory on its heap. */
export interface WasmMemory {
  readonly id: number
  readonly memoryOffset: number
  readonly refCount: number
}

/** Kernels on the heap of tfjs' wasm backend itself: nothing is copied. */
export const wasmDevice = (backend: WasmBackend, memory: WebAssembly.Memory): Device<WasmMemory> => {
  const tensors = deviceTensors(backend)
  return {
    ...tensors,
    inherited: (tensor) => {
      const { id, memoryOffset } = backend.dataIdMap.get(tensor.dataId)
      // The backend remembers packed forms of a tensor by its id, and would go on multiplying by the old values: it is
      // told to forget them.
      backend.wasm.tfjs.disposeData(id)
      backend.wasm.tfjs.registerTensor(id, tensor.size, memoryOffset)
      return tensors.inherited(tensor)
    },
    memoryOf: ({ dataId }) => backend.dataIdMap.get(dataId),
    identity: (record) => record,
    isSole: ({ refCount }) => refCount === 1,
    // A view of a grown memory is a new one; made per number, as only equations with one number for a leaf or tree come
    // here.
    numberIn: ({ memoryOffset }) => new DataView(memory.buffer).getFloat32(memoryOffset, true),
    allocate: (shape) => {
      const info = backend.makeOutput([...shape], 'float32')
      const record = backend.dataIdMap.get(info.dataId)
      const size = tf.util.sizeFromShape([...shape])
      // The backend does not look whether its allocation succeeded.
      if (record.memoryOffset === 0 && size > 0) {
        backend.disposeData(info.dataId)
        throw new OutOfMemoryError(size * 4, 'the heap of the wasm backend')
      }
      return { info, memory: record }
    },
    scalar: (value) => backend.makeOutput([], 'float32', undefined, Float32Array.of(value)),
    compile: rememberedOne((kernel: Kernel) => runOn(memory, kernel)),
  }
}

const runOn = (memory: WebAssembly.Memory, kernel: Kernel): Run<WasmMemory> => {
  const run = compiledOn(memory)(kernel)
  const { stores, folds } = kernel
  const inputs = kernel.inputs.length
  const starts = folds.map(startOf)
  // One list for all calls, of doubles from the start: a new one would be made anew where its first fraction arrives.
  const args: number[] = new Array<number>(inputs + stores.length + 1 + kernel.uniforms.length).fill(0.5)
  return ({ leaves, sizes, read, written, uniforms }) => {
    const results: number[] = []
    let last: readonly number[] | undefined
    for (let k = 0; k < leaves.length; k++) {
      const leaf = must(leaves[k], 'leaf')
      const size = must(sizes[leaf], 'size')
      if (size === 0) {
        results.push(...starts)
        continue
      }
      let place = 0
      for (let i = 0; i < inputs; i++) args[place++] = arrayAt(read[i], leaf).memoryOffset
      for (let o = 0; o < stores.length; o++) args[place++] = arrayAt(written[o], leaf).memoryOffset
      args[place++] = size
      const own = uniforms(k)
      if (own !== last) for (let u = 0; u < own.length; u++) args[place + u] = must(own[u], 'uniform')
      last = own
      const found = run(...args)
      if (typeof found === 'number') results.push(found)
      else if (found !== undefined) results.push(...found)
    }
    return results
  }
}
