import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from './zipTree.js'

/** Multiplies two trees, element by element.
 *
 *    zᵢ = xᵢ·yᵢ
 *
 *  Shapes   those of the first tree; a `null` of the second stays `null`.
 *  Throws   `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  Laws     commutative; `treeOnesLike` is its unit.
 *  Source   optax.tree.mul
 *  Example  `treeMul(params, gradients)` */
export const treeMul = zipTree((a, b) => tf.mul(a, b))
