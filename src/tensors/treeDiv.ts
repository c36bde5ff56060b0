import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from '../tree/zipTree.js'

/** Divides by the second tree, element by element.
 *
 *  ```text
 *  zᵢ = xᵢ/yᵢ
 *  ```
 *
 *  @shapes those of the first tree; a `null` of the second stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  @laws the inverse of `treeMul` on powers of two.
 *  @reference optax.tree.div
 *  @example treeDiv(gradients, params) */
export const treeDiv = zipTree((a, b) => tf.div(a, b))
