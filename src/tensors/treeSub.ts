import * as tf from '@tensorflow/tfjs-core'
import { zipTree } from '../tree/zipTree.js'

/** Subtracts the second tree, leaf by leaf.
 *
 *  ```text
 *  zᵢ = xᵢ − yᵢ
 *  ```
 *
 *  @shapes those of the first tree; a `null` of the second stays `null`.
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ. Nothing is broadcast.
 *  @laws `treeSub(x, x)` is zero where x is finite.
 *  @reference optax.tree.sub
 *  @example treeSub(params, gradients) */
export const treeSub = zipTree((a, b) => tf.sub(a, b))
