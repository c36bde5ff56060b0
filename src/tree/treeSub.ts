import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from './zipTree.js'

/** Subtracts the second tree, leaf by leaf.
 *
 *    zᵢ = xᵢ − yᵢ
 *
 *  Shapes   those of the first tree; a `null` of the second stays `null`.
 *  Throws   `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  Laws     `treeSub(x, x)` is zero where x is finite.
 *  Source   optax.tree.sub
 *  Example  `treeSub(params, gradients)` */
export const treeSub = zipTree((a, b) => tf.sub(a, b))
