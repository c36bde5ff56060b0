import * as tf from '@tensorflow/tfjs-core'
import { knownOnly } from '../scalars/knownOnly.js'
import { larger } from './larger.js'
import { leafSum } from './leafSum.js'
import { rootOfSquares } from './rootOfSquares.js'
import { treeLeaves } from '../tree/treeLeaves.js'
import type { TreeOf } from '../tree/Tree.js'

/** Which norm, and whether it is squared. */
export interface NormOptions {
  /** 2 (default): the root of the sum of squares; 1: the sum of absolute values; `Infinity`: the largest of them. */
  readonly ord?: 1 | 2 | typeof Number.POSITIVE_INFINITY
  /** The square of the norm.
   *
   *  @defaultValue false */
  readonly squared?: boolean
}

/** The norm of a tree, of all its elements together: the global norm.
 *
 *  ```text
 *  ‖x‖₂ = √Σ xᵢ²        ‖x‖₁ = Σ |xᵢ|        ‖x‖∞ = max |xᵢ|
 *  ```
 *
 *  @shapes a tensor of one number; 0 for a tree without elements.
 *  @units those of the tree. It is right wherever it is a float32 itself, though squares may be none; with `squared`
 *    it is infinite from 1.8e19 on, and loses digits below 1e-19.
 *  @throws `RangeError` for another order, `TypeError` for an option that is not known.
 *  @laws scales with the tree, by a power of two bitwise; never negative.
 *  @reference optax.tree.norm, optax.global_norm
 *  @example treeNorm(gradients) */
export const treeNorm = <P>(tree: P & TreeOf<P>, given: NormOptions = {}): tf.Tensor => {
  const { ord = 2, squared = false } = known(given)
  return tf.tidy(() => {
    const leaves = treeLeaves(tree).filter(({ size }) => size > 0)
    const sum = (f: (leaf: tf.Tensor) => tf.Tensor) =>
      leaves.reduce<tf.Tensor>((total, leaf) => tf.add(total, leafSum(f(leaf))), tf.scalar(0))
    if (ord === 2) return squared ? sum((x) => tf.mul(x, x)) : rootOfSquares(sum)
    if (ord !== 1 && ord !== Number.POSITIVE_INFINITY)
      throw new RangeError(`treeNorm: ord must be 1, 2 or Infinity, found ${ord}. Pass e.g. { ord: 2 }.`)
    const norm =
      ord === 1
        ? sum((x) => tf.abs(x))
        : leaves.reduce<tf.Tensor>((most, leaf) => larger(most, tf.max(tf.abs(leaf))), tf.scalar(0))
    return squared ? tf.mul(norm, norm) : norm
  })
}

const known = knownOnly<NormOptions>('treeNorm', { ord: true, squared: true })
