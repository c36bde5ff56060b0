import * as tf from '@tensorflow/tfjs-core'
import { larger } from './larger.js'
import { treeLeaves } from '../tree/treeLeaves.js'
import type { TreeOf } from '../tree/Tree.js'

/** The largest element of a tree.
 *
 *  @shapes a tensor of one number; −∞ for a tree without elements, NaN where an element is NaN.
 *  @reference optax.tree.max
 *  @example treeMax(params) */
export const treeMax = <P>(tree: P & TreeOf<P>): tf.Tensor =>
  tf.tidy(() =>
    treeLeaves(tree).reduce<tf.Tensor>(
      (most, leaf) => (leaf.size === 0 ? most : larger(most, tf.max(leaf))),
      tf.scalar(Number.NEGATIVE_INFINITY),
    ),
  )
