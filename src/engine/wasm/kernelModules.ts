/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { rememberedOne } from '../../equation/Program.js'
import type { Kernel } from '../fused/Kernel.js'
import type { Code } from './code.js'
import { emitKernel } from './emitKernel.js'
import { hostFunctions } from './hostFunctions.js'
import { vectorLane } from './lanes.js'
import { moduleBytes } from './moduleBytes.js'
import * as code from './opcodes.js'
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
  if (!isAllowed([])) return 'none'
  return isAllowed([vectorLane.literal(0), code.drop]) ? 'simd' : 'scalar'
}

/** Whether a module that does something, and nothing else, can be made. */
const isAllowed = (body: Code): boolean => {
  const withoutLocals = [0, body, code.end]
  try {
    new WebAssembly.Module(moduleBytes({ types: [{ from: [], to: [] }], host: [], body: withoutLocals, shared: false }))
    return true
  } catch {
    return false
  }
}
