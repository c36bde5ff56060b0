/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { Device } from '../fused/Device.js'
import type { Kernel, Run } from '../fused/Kernel.js'
import { present } from '../../equation/present.js'
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
  const compiled = compiledOn(memory)
  const memoryOf = ({ dataId }: tf.TensorInfo): WasmMemory => backend.dataIdMap.get(dataId)
  return {
    memoryOf,
    isSole: ({ refCount }) => refCount === 1,
    // A view of a grown memory is a new one; made per number, as only equations with one number for a leaf or tree come
    // here.
    numberIn: ({ memoryOffset }) => new DataView(memory.buffer).getFloat32(memoryOffset, true),
    allocate: (shape) => {
      const info = backend.makeOutput(shape, 'float32')
      const record = memoryOf(info)
      const size = tf.util.sizeFromShape(shape)
      // The backend does not look whether its allocation succeeded.
      if (record.memoryOffset === 0 && size > 0) {
        backend.disposeData(info.dataId)
        throw new OutOfMemoryError(size * 4, 'the heap of the wasm backend')
      }
      return { info, memory: record }
    },
    // The backend remembers packed forms of a tensor by its id, and would go on multiplying by the old values.
    forget: (tensor) => {
      const { id, memoryOffset } = memoryOf(tensor)
      backend.wasm.tfjs.disposeData(id)
      backend.wasm.tfjs.registerTensor(id, tensor.size, memoryOffset)
    },
    compile: rememberedOne((kernel: Kernel): Run<WasmMemory> => {
      const run = compiled(kernel)
      // One list for all calls, of doubles from the start: a new one would be made anew where its first fraction arrives.
      const args: number[] = new Array<number>(
        kernel.inputs.length + kernel.stores.length + 1 + kernel.uniforms.length,
      ).fill(0.5)
      let last: readonly number[] | undefined
      return (lists, leaf, size, uniforms) => {
        let place = 0
        for (const list of lists) args[place++] = present(list[leaf]).memoryOffset
        args[place++] = size
        if (uniforms !== last) for (const value of uniforms) args[place++] = value
        last = uniforms
        return run(...args)
      }
    }),
  }
}
