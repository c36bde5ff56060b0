/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { must } from '../../scalars/must.js'
import { arrayAt, startOf, type Kernel, type Run } from '../fused/Kernel.js'
import type { Compiled } from '../wasm/kernelModules.js'
import type { CpuMemory } from './CpuBackend.js'

/** Up to this many elements a plain loop copies faster than views are made. */
const few = 128

/** Where the function of a kernel finds what it reads, and puts what it stores: an area of `length` numbers for each. Areas
 *  that are written may be those that are read, if all is read before results are stored. */
export interface Areas {
  readonly length: number
  readonly read: readonly Float32Array[]
  readonly written: readonly Float32Array[]
}

/** Runs a kernel over arrays anywhere, piece by piece through the areas of its function. */
export const piecewise = (kernel: Kernel, areas: Areas, run: Compiled): Run<CpuMemory> => {
  const { folds } = kernel
  const addresses = [...areas.read, ...areas.written].map(({ byteOffset }) => byteOffset)
  const starts = folds.map(startOf)
  // Results are read through views; leaves have few sizes, so there are few of them.
  const views = boundedMemory<readonly Float32Array[]>(64)
  const viewsOf = (count: number): readonly Float32Array[] =>
    count === areas.length
      ? areas.written
      : views(`${count}`, () => areas.written.map((area) => area.subarray(0, count)))
  return ({ leaves, sizes, read, written, uniforms }) => {
    const results: number[] = []
    const args = [...addresses, 0, ...new Array<number>(kernel.uniforms.length).fill(0)]
    let last: readonly number[] | undefined
    for (let k = 0; k < leaves.length; k++) {
      const leaf = must(leaves[k], 'leaf')
      const size = must(sizes[leaf], 'size')
      const own = uniforms(k)
      if (own !== last) for (let u = 0; u < own.length; u++) args[addresses.length + 1 + u] = must(own[u], 'uniform')
      last = own
      const first = results.length
      if (folds.length > 0) results.push(...starts)
      for (let from = 0; from < size; from += areas.length) {
        const count = Math.min(areas.length, size - from)
        for (let i = 0; i < areas.read.length; i++)
          copy(arrayAt(read[i], leaf).values, from, areaIn(areas.read, i), 0, count)
        args[addresses.length] = count
        const found = run(...args)
        const done = count <= few ? areas.written : viewsOf(count)
        for (let o = 0; o < done.length; o++) copy(areaIn(done, o), 0, arrayAt(written[o], leaf).values, from, count)
        const parts = typeof found === 'number' ? [found] : found
        parts?.forEach((part, f) => {
          results[first + f] = joined(kernel, f, must(results[first + f], 'fold'), part)
        })
      }
    }
    return results
  }
}

const areaIn = (areas: readonly Float32Array[], i: number): Float32Array => must(areas[i], 'area')

const joined = ({ folds }: Kernel, f: number, total: number, part: number): number =>
  folds[f]?.fold === 'max' ? Math.max(total, part) : total + part

const copy = (source: Float32Array, from: number, target: Float32Array, at: number, count: number): void => {
  if (count <= few)
    for (let i = 0; i < count; i++) target[at + i] = source[from + i] as number // counted
  else target.set(count === source.length ? source : source.subarray(from, from + count), at)
}
