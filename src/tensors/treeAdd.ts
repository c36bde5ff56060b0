import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from '../tree/zipTree.js'

/** Adds two trees, leaf by leaf.
 *
 *  ```text
 *  zᵢ = xᵢ + yᵢ
 *  ```
 *
 *  @shapes those of the first tree; a `null` of the second stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  @laws commutative; `treeZerosLike` is its unit.
 *  @reference optax.tree.add
 *  @example treeAdd(params, gradients) */
export const treeAdd = zipTree((a, b) => tf.add(a, b))
