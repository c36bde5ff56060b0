import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from '../tree/zipTree.js'

/** Multiplies two trees, element by element.
 *
 *  ```text
 *  zᵢ = xᵢ·yᵢ
 *  ```
 *
 *  @shapes those of the first tree; a `null` of the second stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  @laws commutative; `treeOnesLike` is its unit.
 *  @reference optax.tree.mul
 *  @example treeMul(params, gradients) */
export const treeMul = zipTree((a, b) => tf.mul(a, b))
