import * as tf from '@tensorflow/tfjs-core'
import { smaller } from './smaller.js'
import { treeLeaves } from '../tree/treeLeaves.js'
import type { TreeOf } from '../tree/Tree.js'

/** The smallest element of a tree.
 *
 *  @shapes a tensor of one number; ∞ for a tree without elements, NaN where an element is NaN.
 *  @reference optax.tree.min
 *  @example treeMin(params) */
export const treeMin = <P>(tree: P & TreeOf<P>): tf.Tensor =>
  tf.tidy(() =>
    treeLeaves(tree).reduce<tf.Tensor>(
      (most, leaf) => (leaf.size === 0 ? most : smaller(most, tf.min(leaf))),
      tf.scalar(Number.POSITIVE_INFINITY),
    ),
  )
