import * as tf from '@tensorflow/tfjs-core'
import { leafSum } from './leafSum.js'
import { treeLeaves } from '../tree/treeLeaves.js'
import type { TreeOf } from '../tree/Tree.js'

/** The sum of all elements of a tree, accurate on every backend.
 *
 *  @shapes a tensor of one number; 0 for a tree without elements.
 *  @reference optax.tree.sum
 *  @example treeSum(params) */
export const treeSum = <P>(tree: P & TreeOf<P>): tf.Tensor =>
  tf.tidy(() => treeLeaves(tree).reduce<tf.Tensor>((total, leaf) => tf.add(total, leafSum(leaf)), tf.scalar(0)))
