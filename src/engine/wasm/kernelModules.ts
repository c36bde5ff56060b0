/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { meanings } from '../../equation/operations.js'
import type { Folded, Kernel } from '../fused/Kernel.js'
import { emitKernel } from './emitKernel.js'
import { magic } from './moduleBytes.js'
import * as code from './opcodes.js'

/** A compiled kernel: pointers, size and uniforms in, folds out. */
export type Compiled = (...args: readonly number[]) => Folded

/** The kernels that WebAssembly can run here, in a word; `undefined` where it is not allowed. Found by constructing modules:
 *  where a Content-Security-Policy forbids that, `WebAssembly.validate` still says yes. */
export const wasmSupport = (): 'SIMD' | 'scalar' | undefined =>
  isAllowed([]) ? (isAllowed(vectors) ? 'SIMD' : 'scalar') : undefined

/** The kernels on a memory. The last modules are remembered by the kernel's key, so equal equations share one whatever their
 *  numbers are; an optimizer has one to three, and who runs a kernel holds on to what is returned. */
export const compiledOn = (memory: WebAssembly.Memory): ((kernel: Kernel) => Compiled) => {
  const instances = boundedMemory<Compiled>(256)
  const target = {
    simd: wasmSupport() === 'SIMD',
    shared: typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer,
  }
  return (kernel) =>
    instances(kernel.key, () => {
      compiled++
      const instance = new WebAssembly.Instance(new WebAssembly.Module(emitKernel(kernel, target)), {
        host: { memory, ...meanings }, // a module takes those that it needs
      })
      return instance.exports['run'] as Compiled // the one export of every module that `emitKernel` makes
    })
}

/** How many modules were compiled so far: tests hold fusion to it. */
export const compiledModules = (): number => compiled

let compiled = 0

/** A function without parameters and results: makes a vector of a number, and drops it. */
const vectors = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x0f, 0x1a, code.end]

/** Whether a module of some sections can be made. */
const isAllowed = (sections: readonly number[]): boolean => {
  try {
    new WebAssembly.Module(Uint8Array.of(...magic, ...sections))
    return true
  } catch {
    return false
  }
}
