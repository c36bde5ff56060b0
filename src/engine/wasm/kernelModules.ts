/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { rememberedOne } from '../../equation/Program.js'
import { meanings } from '../../equation/operations.js'
import type { Folded, Kernel } from '../fused/Kernel.js'
import { emitKernel } from './emitKernel.js'
import { magic } from './moduleBytes.js'
import * as code from './opcodes.js'
import type { Target } from './Target.js'

/** A compiled kernel: pointers, size and uniforms in, folds out. */
export type Compiled = (...args: readonly number[]) => Folded

/** What WebAssembly can do here. Found by constructing modules: where a Content-Security-Policy forbids that,
 *  `WebAssembly.validate` still says yes. */
export type Support = 'none' | 'scalar' | 'simd'

/** Probes once. */
export const wasmSupport = (): Support => (support ??= probed())

let support: Support | undefined

/** The kernel on a memory. The last modules are remembered by the kernel's key, so equal equations share one whatever
 *  their numbers are; who runs a kernel holds on to what is returned. */
export const compiledOn =
  (memory: WebAssembly.Memory) =>
  (kernel: Kernel): Compiled => {
    const simd = wasmSupport() === 'simd'
    const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
    return instancesOn(memory)(kernel.key, () => {
      const instance = new WebAssembly.Instance(moduleOf(kernel, { simd, shared }), {
        host: { memory, ...meanings }, // a module takes those that it needs
      })
      return instance.exports['run'] as Compiled // the one export of every module that `emitKernel` makes
    })
  }

/** How many modules were compiled so far: tests hold fusion to it. */
export const compiledModules = (): number => compiled

/** As many modules are remembered, and as many of them on each memory: an optimizer has one to three. */
const most = 256
const modules = boundedMemory<WebAssembly.Module>(most)
const instancesOn = rememberedOne((_memory: WebAssembly.Memory) => boundedMemory<Compiled>(most))
let compiled = 0

const moduleOf = (kernel: Kernel, target: Target): WebAssembly.Module =>
  modules(`${target.simd} ${target.shared} ${kernel.key}`, () => {
    compiled++
    return new WebAssembly.Module(emitKernel(kernel, target))
  })

const probed = (): Support => {
  if (!isAllowed([])) return 'none'
  return isAllowed(vectors) ? 'simd' : 'scalar'
}

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
