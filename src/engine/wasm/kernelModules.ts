/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { rememberedOne } from '../../equation/Program.js'
import type { Kernel } from '../fused/Kernel.js'
import { simd } from './code.js'
import * as vector from './vectorOpcodes.js'
import { emitKernel } from './emitKernel.js'
import { hostFunctions } from './hostFunctions.js'
import type { Target } from './Target.js'

/** A compiled kernel: pointers, size and uniforms in, folds out. */
export type Compiled = (...args: readonly number[]) => number | readonly number[] | undefined

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
        host: { memory, ...hostFunctions },
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
  try {
    new WebAssembly.Module(Uint8Array.from(header))
  } catch {
    return 'none'
  }
  try {
    new WebAssembly.Module(Uint8Array.from([...header, ...oneVector]))
  } catch {
    return 'scalar'
  }
  return 'simd'
}

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

// A function that makes a vector and drops it.
const probeBody = [0x00, 0x43, 0, 0, 0, 0, ...simd(vector.f32x4Splat), 0x1a, 0x0b]
const oneVector = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, probeBody.length + 2, 1, probeBody.length, ...probeBody]
