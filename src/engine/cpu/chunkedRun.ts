/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { must } from '../../scalars/must.js'
import { arrayAt, startOf, type Kernel, type Run } from '../fused/Kernel.js'
import { compiledOn, type Compiled } from '../wasm/kernelModules.js'
import type { CpuMemory } from './CpuBackend.js'

/** How many elements of each array go through the private memory at a time, at most: what a second-level cache holds
 *  with ease. */
const chunk = 16384

/** Large arrays begin a little after the start of a page. Areas begin in the middle of one: where the ends of two
 *  addresses are nearly equal, processors take a load for one that waits for the store before it, and copies become ten
 *  times slower. */
const lead = 2048 / 4

/** Up to this many elements a plain loop copies faster than views are made. */
const few = 128

/** Kernels over arrays that are in no WebAssembly memory: piece by piece through a small one, which never grows. */
export const chunkedRun = (): ((kernel: Kernel) => Run<CpuMemory>) => {
  const pages = 16
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const all = new Float32Array(memory.buffer)
  return (kernel) => runThrough(compiledOn(memory)(kernel), all, kernel)
}

const runThrough = (run: Compiled, all: Float32Array, kernel: Kernel): Run<CpuMemory> => {
  const { stores, folds } = kernel
  const inputs = kernel.inputs.length
  const arrays = Math.max(inputs, stores.length, 1)
  // Results overwrite inputs: every element of the inputs is read before its results are stored.
  const step = Math.min(chunk, Math.floor((all.length - lead) / arrays / 16) * 16)
  const areas = Array.from({ length: arrays }, (_, i) => all.subarray(lead + i * step, lead + (i + 1) * step))
  const addresses = [...areas.slice(0, inputs), ...areas.slice(0, stores.length)].map(({ byteOffset }) => byteOffset)
  const starts = folds.map(startOf)
  // Results are read through views; leaves have few sizes, so there are few of them.
  const views = boundedMemory<readonly Float32Array[]>(64)
  const viewsOf = (count: number): readonly Float32Array[] =>
    count === step ? areas : views(`${count}`, () => areas.map((area) => area.subarray(0, count)))
  return ({ leaves, sizes, read, written, uniforms }) => {
    const results: number[] = []
    const args = [...addresses, 0, ...new Array<number>(kernel.uniforms.length).fill(0)]
    let last: readonly number[] | undefined
    for (let k = 0; k < leaves.length; k++) {
      const leaf = must(leaves[k], 'leaf of a batch')
      const size = must(sizes[leaf], 'size of a leaf')
      const own = uniforms(k)
      if (own !== last)
        for (let u = 0; u < own.length; u++) args[addresses.length + 1 + u] = must(own[u], 'value for a uniform')
      last = own
      const first = results.length
      if (folds.length > 0) results.push(...starts)
      for (let from = 0; from < size; from += step) {
        const count = Math.min(step, size - from)
        for (let i = 0; i < inputs; i++) copy(arrayAt(read[i], leaf).values, from, areaIn(areas, i), 0, count)
        args[addresses.length] = count
        const found = run(...args)
        const done = count <= few ? areas : viewsOf(count)
        for (let o = 0; o < stores.length; o++) copy(areaIn(done, o), 0, arrayAt(written[o], leaf).values, from, count)
        const parts = typeof found === 'number' ? [found] : found
        parts?.forEach((part, f) => {
          results[first + f] = joined(kernel, f, must(results[first + f], 'total of a fold'), part)
        })
      }
    }
    return results
  }
}

const areaIn = (areas: readonly Float32Array[], i: number): Float32Array => must(areas[i], 'area for an array')

const joined = ({ folds }: Kernel, f: number, total: number, part: number): number =>
  folds[f]?.fold === 'max' ? Math.max(total, part) : total + part

const copy = (source: Float32Array, from: number, target: Float32Array, at: number, count: number): void => {
  if (count <= few)
    for (let i = 0; i < count; i++) target[at + i] = source[from + i] as number // counted
  else target.set(count === source.length ? source : source.subarray(from, from + count), at)
}
