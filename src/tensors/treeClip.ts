import { knownOnly } from '../scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** Where a tree is cut. */
export interface ClipBounds {
  readonly min?: number
  readonly max?: number
}

/** Limits every element of a tree.
 *
 *  ```text
 *  zᵢ = min(max(xᵢ, min), max)
 *  ```
 *
 *  @shapes those of the tree.
 *  @throws `RangeError` where min > max, or a bound is NaN.
 *  @laws idempotent; without bounds a copy. For trees without NaN.
 *  @reference optax.tree.clip
 *  @example treeClip({ min: -1, max: 1 }, gradients) */
export const treeClip = <P>(
  ...[bounds, tree]: readonly [bounds: ClipBounds, tree: P & TreeOf<P>]
): Leaves<P, tf.Tensor> => {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = known(bounds)
  if (!(min <= max))
    throw new RangeError(`treeClip: min must be at most max, found ${min} and ${max}. Pass e.g. { min: -1, max: 1 }.`)
  return mapTree((x) => tf.tidy(() => tf.minimum(tf.maximum(x, min), max)))(tree)
}

const known = knownOnly<ClipBounds>('treeClip', { min: true, max: true })
