/** @internal */
import type { Kernel, Run } from '../fused/Kernel.js'
import { compiledOn } from '../wasm/kernelModules.js'
import type { CpuMemory } from './CpuBackend.js'
import { piecewise } from './piecewise.js'

/** How many elements of each array go through the private memory at a time, at most: what a second-level cache holds
 *  with ease. */
const chunk = 16384

/** Large arrays begin a little after the start of a page. Areas begin in the middle of one: where the ends of two
 *  addresses are nearly equal, processors take a load for one that waits for the store before it, and copies become ten
 *  times slower. */
const lead = 2048 / 4

/** Kernels over arrays that are in no WebAssembly memory: through a small one, which never grows. */
export const chunkedRun = (): ((kernel: Kernel) => Run<CpuMemory>) => {
  const pages = 16
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const compiled = compiledOn(memory)
  const all = new Float32Array(memory.buffer)
  return (kernel) => {
    const [inputs, stores] = [kernel.inputs.length, kernel.stores.length]
    const count = Math.max(inputs, stores, 1)
    const length = Math.min(chunk, Math.floor((all.length - lead) / count / 16) * 16)
    const areas = Array.from({ length: count }, (_, i) => all.subarray(lead + i * length, lead + (i + 1) * length))
    const [read, written] = [areas.slice(0, inputs), areas.slice(0, stores)]
    return piecewise(kernel, { length, read, written }, compiled(kernel))
  }
}
