import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from './zipTree.js'

/** Divides by the second tree, element by element.
 *
 *    zᵢ = xᵢ/yᵢ
 *
 *  Shapes   those of the first tree; a `null` of the second stays `null`.
 *  Throws   `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  Laws     the inverse of `treeMul` on powers of two.
 *  Source   optax.tree.div
 *  Example  `treeDiv(gradients, params)` */
export const treeDiv = zipTree((a, b) => tf.div(a, b))
