import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from './zipTree.js'

/** Adds two trees, leaf by leaf.
 *
 *    zᵢ = xᵢ + yᵢ
 *
 *  Shapes   those of the first tree; a `null` of the second stays `null`.
 *  Throws   `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  Laws     commutative; `treeZerosLike` is its unit.
 *  Source   optax.tree.add
 *  Example  `treeAdd(params, gradients)` */
export const treeAdd = zipTree((a, b) => tf.add(a, b))
