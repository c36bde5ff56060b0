/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { leafSum } from '../tensors/leafSum.js'
import { normOfLeaves } from './normOfLeaves.js'
import { beside, type Placed } from './projected.js'

/** A direction of length 1, or of zeros where it was of zeros. */
export interface Normal {
  readonly unit: readonly tf.Tensor[]
  /** Its length before; 1 where it was of zeros. */
  readonly norm: tf.Tensor
  readonly none: tf.Tensor
  /** ⟨x, unit⟩ */
  readonly along: tf.Tensor
}

/** A normal beside the leaves of a tree. */
export const normalOf = (where: string, leaves: readonly Placed[], a: unknown): Normal => {
  const raw = beside(`${where}: a`, leaves, a)
  const { norm, none } = normOfLeaves(raw)
  const unit = raw.map((x) => tf.div(x, norm))
  const along = leaves.reduce<tf.Tensor>((sum, { x }, i) => {
    const u = unit[i]
    return u === undefined ? sum : tf.add(sum, leafSum(tf.mul(x, u)))
  }, tf.scalar(0))
  return { unit, norm, none, along }
}

/** x + by·unit */
export const moved = (leaves: readonly Placed[], { unit }: Normal, by: tf.Tensor): readonly tf.Tensor[] =>
  leaves.map(({ x }, i) => {
    const u = unit[i]
    if (u === undefined) throw new Error(`alongNormal: no direction for leaf ${i}`)
    return tf.add(x, tf.mul(by, u))
  })
