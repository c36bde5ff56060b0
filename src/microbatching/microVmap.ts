import { recordGiven } from '../scalars/wrongOptions.js'
import { checkFunction } from '../scalars/checkFunction.js'
import * as tf from '@tensorflow/tfjs-core'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import type { Accumulations } from './Accumulator.js'
import { gathered } from './gathered.js'
import { batchIn, microbatched, parseMicrobatch, slicesOf } from './microbatch.js'
import { rowsOfSlice } from './rowsOfSlice.js'

/** Options of `microVmap`. */
export interface MicroVmapOptions {
  /** Which arguments are batches: their places, from 0.
   *
   *  @defaultValue 0 */
  readonly argnums?: number | readonly number[]
  /** How many examples a slice has; `null` for all. It decides which examples are real, and changes no result else.
   *
   *  @defaultValue null */
  readonly microbatchSize?: number | null
  /** How the results of examples are gathered.
   *
   *  @defaultValue 'concat' */
  readonly accumulator?: Accumulations
  /** Which axis of those arguments is the batch.
   *
   *  @defaultValue 0 */
  readonly inAxis?: number
  /** How many slices are real. Default: all. */
  readonly numRealMicrobatches?: number
}

/** A function of one example, run on each of a batch, one after the other, and gathered.
 *
 *  ```text
 *  F(batch) = f(example₀) ⊕ f(example₁) ⊕ …        ⊕ by `accumulator`
 *  ```
 *
 *  @shapes the function sees examples without the axis of the batch; 'concat' stacks what comes of them, `[batch, …]`.
 *  @throws what `microbatch` throws.
 *  @departs TensorFlow.js has no vmap: the examples are a loop, and a slice saves no time. `outAxes` and `vmapFn` have no
 *    counterpart.
 *  @reference optax.microbatching.micro_vmap
 *  @example microVmap((row: tf.Tensor) => tf.sum(row), { accumulator: 'mean' })(tf.ones([6, 2])) */
export const microVmap = <Args extends readonly unknown[], R>(
  fun: (...args: Args) => R,
  given: MicroVmapOptions = {},
): ((...args: Args) => R extends tf.Tensor ? tf.Tensor : Leaves<R, tf.Tensor>) => {
  checkFunction('microVmap: fun', fun, '(row) => tf.sum(row)')
  const checked = parseMicrobatch('microVmap', {
    argnums: 0,
    microbatchSize: null,
    accumulator: 'concat',
    ...recordGiven('microVmap', given, 'Pass e.g. { argnums: 0 }.'),
  })
  const one = fun as unknown as (...args: readonly unknown[]) => unknown // the caller's types are its own
  return (...args) => {
    return examplesOf('microVmap', one, checked, args) as never // a tree like what fun returns
  }
}

/** Runs on every example of a batch, and gathers. @internal */
export const examplesOf = (
  where: string,
  fun: (...args: readonly unknown[]) => unknown,
  checked: Checked,
  args: readonly unknown[],
  keep = false,
): unknown => {
  const { argnums, microbatchSize, inAxis, numRealMicrobatches } = checked
  const each = (...slice: readonly unknown[]): unknown => eachOf(where, fun, slice, checked, keep)
  if (numRealMicrobatches !== undefined) return microbatched(where, each, checked, args)
  // All are real: one loop, in which an accumulator sees every example.
  if (microbatchSize !== null) slicesOf(where, batchIn(where, [argnums].flat(), args, inAxis), microbatchSize)
  return each(...args)
}

type Checked = ReturnType<typeof parseMicrobatch>

const eachOf = (
  where: string,
  fun: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
  {
    argnums,
    inAxis,
    accumulator,
  }: { readonly argnums: number | readonly number[]; readonly inAxis: number; readonly accumulator: Accumulations },
  keep: boolean,
): unknown => {
  const places = [argnums].flat()
  const size = batchIn(where, places, args, inAxis)
  const example = (index: number) =>
    args.map((arg, place) =>
      places.includes(place)
        ? mapTree((x) => {
            const row = rowsOfSlice(x, { index, slices: size, size: 1, axis: inAxis })
            return keep ? row : tf.squeeze(row, [inAxis < 0 ? inAxis + x.rank : inAxis])
          })(arg as Tree) // `batchIn` has read it as a tree
        : arg,
    )
  return gathered(where, (index) => fun(...example(index)), { slices: size, seen: size, accumulator, of: 'examples' })
}
