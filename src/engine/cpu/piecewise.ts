/** @internal */
import { boundedMemory } from '../../tree/boundedMemory.js'
import { present } from '../../equation/present.js'
import { must } from '../../scalars/must.js'
import { type Fold, type Kernel, type Run, startOf } from '../fused/Kernel.js'
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
export const piecewise = (
  { folds, uniforms }: Kernel,
  { length, read, written }: Areas,
  run: Compiled,
): Run<CpuMemory> => {
  const areas = [...read, ...written]
  const args = [...areas.map(({ byteOffset }) => byteOffset), length, ...uniforms.map(() => 0.5)]
  // Results are read through views; leaves have few sizes, so there are few of them.
  const views = boundedMemory<readonly Float32Array[]>(64)
  let last: readonly number[] | undefined
  return (lists, leaf, size, given) => {
    const arrayOf = (list: number): Float32Array => present(must(lists[list], 'list')[leaf]).values
    let place = areas.length + 1
    if (given !== last) for (const value of given) args[place++] = value
    last = given
    const totals = folds.map(startOf)
    for (let from = 0; from < size; from += length) {
      const count = Math.min(length, size - from)
      for (let i = 0; i < read.length; i++) copy(arrayOf(i), from, areaIn(read, i), 0, count)
      args[areas.length] = count
      const found = run(...args)
      const whole = count === length || count <= few
      const done = whole ? written : views(`${count}`, () => written.map((area) => area.subarray(0, count)))
      for (let o = 0; o < done.length; o++) copy(areaIn(done, o), 0, arrayOf(read.length + o), from, count)
      const parts = typeof found === 'number' ? [found] : found
      parts?.forEach((part, f) => {
        totals[f] = joined(must(folds[f], 'fold'), must(totals[f], 'fold'), part)
      })
    }
    return totals
  }
}

const areaIn = (areas: readonly Float32Array[], i: number): Float32Array => must(areas[i], 'area')

/** A fold and more of it. */
export const joined = ({ fold }: Fold, total: number, part: number): number =>
  fold === 'max' ? Math.max(total, part) : total + part

const copy = (source: Float32Array, from: number, target: Float32Array, at: number, count: number): void => {
  if (count <= few)
    for (let i = 0; i < count; i++) target[at + i] = source[from + i] as number // counted
  else target.set(count === source.length ? source : source.subarray(from, from + count), at)
}
