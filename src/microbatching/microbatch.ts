import { checkFunction } from '../scalars/checkFunction.js'
import type * as tf from '@tensorflow/tfjs-core'
import { axisOption } from '../scalars/axisOption.js'
import { count, positiveCount } from '../scalars/Count.js'
import { anything } from '../scalars/kinds.js'
import { type Checked, optional, options, required, withDefault } from '../scalars/options.js'
import { leavesOf } from '../tree/leaves.js'
import { mapTree } from '../tree/mapTree.js'
import { skeletonOf, pathAt } from '../tree/Skeleton.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import type { Accumulations } from './Accumulator.js'
import { gathered } from './gathered.js'
import { batchOf } from './reshapeBatchAxis.js'
import { rowsOfSlice } from './rowsOfSlice.js'

/** Options of `microbatch`. */
export interface MicrobatchOptions {
  /** Which arguments are batches: their places, from 0. */
  readonly argnums: number | readonly number[]
  /** How many examples a slice has: what the batch can be divided by; `null` for all, which changes nothing. */
  readonly microbatchSize: number | null
  /** How the results of slices are gathered: one way for all of a tree, or a record of them.
   *
   *  @defaultValue 'sum' */
  readonly accumulator?: Accumulations
  /** Which axis of those arguments is the batch.
   *
   *  @defaultValue 0 */
  readonly inAxis?: number
  /** How many slices are real, where a batch was filled up: the others are not run. Default: all. */
  readonly numRealMicrobatches?: number
}

/** A function of a batch that runs on one slice of it at a time, and gathers what comes of each: the memory of a slice,
 *  for gradients of batches that have no room.
 *
 *  ```text
 *  F(batch) = f(slice₀) ⊕ f(slice₁) ⊕ …        ⊕ by `accumulator`
 *  ```
 *
 *  Slices are strided, as in `reshapeBatchAxis`; 'concat' puts their rows back in order. 'mean' divides by the number of
 *  all slices, 'runningMean' by that of the real ones.
 *
 *  @shapes results are trees of float32 tensors, of one structure and shape for every slice; gathered they keep both,
 *    but for the first axis in 'concat'.
 *  @throws `RangeError` where batches differ, or cannot be divided by the size; `TypeError` for another accumulator;
 *    `TreeMismatch` where a result differs from the first.
 *  @laws without a leak: results are new tensors, and nothing else is left.
 *  @departs `inAxis` is one for all arguments, and there are no named ones. Without a real slice the function is still
 *    run, once, to know its shapes.
 *  @reference optax.microbatching.microbatch
 *  @example microbatch((x: tf.Tensor) => tf.sum(x), { argnums: 0, microbatchSize: 2 })(tf.ones([6])) */
export const microbatch = <Args extends readonly unknown[], R>(
  fun: (...args: Args) => R,
  given: MicrobatchOptions,
): ((...args: Args) => R extends tf.Tensor ? tf.Tensor : Leaves<R, tf.Tensor>) => {
  const checked = parseMicrobatch('microbatch', given)
  checkFunction('microbatch: fun', fun, '(batch) => tf.sum(batch)')
  return (...args) => microbatched('microbatch', fun as (...all: readonly unknown[]) => unknown, checked, args) as never // a tree like what fun returns
}

/** The same for others. @internal */
export const microbatched = (
  where: string,
  fun: (...args: readonly unknown[]) => unknown,
  { argnums, microbatchSize, accumulator, inAxis, numRealMicrobatches }: Checked<typeof spec>,
  args: readonly unknown[],
): unknown => {
  const places = [argnums].flat()
  if (microbatchSize === null) return fun(...args)
  const slices = slicesOf(where, batchIn(where, places, args, inAxis), microbatchSize)
  const seen = Math.min(numRealMicrobatches ?? slices, slices)
  const slice = (index: number): readonly unknown[] =>
    args.map((arg, place) =>
      places.includes(place)
        ? mapTree((x) => rowsOfSlice(x, { index, slices, size: microbatchSize, axis: inAxis }))(arg as Tree) // checked below
        : arg,
    )
  return gathered(where, (index) => fun(...slice(index)), { slices, seen, accumulator, of: 'slices' })
}

/** How many slices a batch has. @internal */
export const slicesOf = (where: string, batch: number, size: number): number => {
  if (batch % size === 0) return batch / size
  throw new RangeError(
    `${where}: the batch must be a multiple of microbatchSize, found ${batch} and ${size}. Choose a divisor of ${batch}, or fill the batch up and say numRealMicrobatches.`,
  )
}

/** The size of the batch, which all arguments share. */
export const batchIn = (where: string, places: readonly number[], args: readonly unknown[], axis: number): number => {
  const sizes = places.flatMap((place) => {
    const skeleton = skeletonOf(args[place], `${where}: argument ${place}`)
    const leaves = leavesOf<tf.Tensor>(skeleton, args[place], { where, nullable: false, alike: true })
    return leaves.flatMap((x, i) => (x === null ? [] : [batchOf(where, x, pathAt(skeleton, i), axis)]))
  })
  const [first] = sizes
  if (first !== undefined && first > 0 && sizes.every((size) => size === first)) return first
  throw new RangeError(
    `${where}: batches must be of one size, at least 1, found ${sizes.length === 0 ? 'none' : [...new Set(sizes)].join(', ')}. They lie along axis ${axis} of the arguments ${places.join(', ')}.`,
  )
}

const spec = {
  argnums: required(anything<number | readonly number[]>('the places of arguments', '0')),
  microbatchSize: required(anything<number | null>('an integer ≥ 1, or null', '8')),
  accumulator: withDefault(
    anything<Accumulations>("'sum', 'mean', 'runningMean', 'concat' or an accumulator", "'sum'"),
    'sum',
  ),
  inAxis: withDefault(axisOption, 0),
  numRealMicrobatches: optional(count),
}

/** Options of anything in slices. @internal */
export const parseMicrobatch = (where: string, given: MicrobatchOptions): Checked<typeof spec> => {
  const checked = options(where, spec)(given)
  if (checked.microbatchSize !== null)
    options(where, { microbatchSize: required(positiveCount) })({ microbatchSize: checked.microbatchSize })
  return checked
}
