/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf, shapeAt } from '../tree/Skeleton.js'
import { type Accumulations, type Accumulator, accumulatorAt, type Gathered } from './Accumulator.js'
import { tidied } from '../tensors/tidied.js'

/** What is held between slices. */
interface Held {
  readonly skeleton: Skeleton
  readonly accumulators: readonly Accumulator[]
  /** `null` where a result has no tensor. */
  readonly leaves: readonly (readonly tf.Tensor[] | null)[]
}

/** Runs a function on some slices and gathers what comes of each, one at a time: the memory of one result beside what is
 *  held. `slices` is their number, `seen` how many of them are real. */
export const gathered = (
  where: string,
  resultOf: (index: number) => unknown,
  {
    slices,
    seen,
    accumulator,
    of,
  }: { readonly slices: number; readonly seen: number; readonly accumulator: Accumulations; readonly of: Gathered },
): unknown => {
  let held: Held | undefined
  for (let index = 0; index < Math.max(1, seen); index++) {
    const last: Held | undefined = held
    let begun = last
    try {
      const leaves = tidied((): Held['leaves'] => {
        const result = resultOf(index)
        const now = last ?? started(where, of, result, accumulator, slices)
        begun = now
        return seen === 0 ? now.leaves : updated(where, now, result, index)
      })
      if (begun === undefined) throw new Error(`${where}: a slice has begun`)
      held = { ...begun, leaves }
    } finally {
      // after an error, too
      if (last !== undefined) release(last.leaves)
    }
  }
  if (held === undefined) throw new Error(`${where}: there is always a first slice`)
  const { skeleton, accumulators, leaves } = held
  const finished = leaves.map((list, i) => {
    const accumulated = accumulators[i]
    return list === null || accumulated === undefined
      ? null
      : tf.tidy(() => accumulated.finalize(list, slices, shapeAt(skeleton, i)))
  })
  release(leaves)
  return buildTree(skeleton, finished)
}

/** Leaves without a gradient hold nothing. */
const release = (leaves: Held['leaves']): void => tf.dispose(leaves.flatMap((list) => [...(list ?? [])]))

const started = (where: string, of: Gathered, result: unknown, accumulator: Accumulations, slices: number): Held => {
  const skeleton = skeletonOf(result, `${where}: the result`)
  const leaves = resultLeaves(where, skeleton, result)
  const accumulators = skeleton.paths.map((path) => accumulatorAt(where, of, accumulator, path))
  return {
    skeleton,
    accumulators,
    leaves: leaves.map((leaf, i) => (leaf === null ? null : (accumulators[i]?.init(leaf, slices) ?? null))),
  }
}

const updated = (where: string, held: Held, result: unknown, index: number): Held['leaves'] =>
  resultLeaves(where, held.skeleton, result).map((leaf, i) => {
    const list = held.leaves[i] ?? null
    return leaf === null || list === null ? null : (held.accumulators[i]?.update(list, leaf, index) ?? null)
  })

const resultLeaves = (where: string, skeleton: Skeleton, result: unknown) =>
  leavesOf<tf.Tensor>(skeleton, result, { where: `${where}: the result`, nullable: true, alike: true })
