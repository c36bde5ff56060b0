import { knownOnly } from '../scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import { differentiable } from '../tensors/differentiable.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { beside, type Placed, projected } from './projected.js'

/** The bounds of a box. */
export interface Box<P> {
  /** The least: a number for all elements, or a tree of them. */
  readonly lower: number | Leaves<P, tf.Tensor>
  /** The greatest: a number for all elements, or a tree of them. */
  readonly upper: number | Leaves<P, tf.Tensor>
}

/** The nearest tree within bounds.
 *
 *  ```text
 *  y = min(max(x, lower), upper)
 *  ```
 *
 *  @shapes those of the tree; bounds are numbers or trees like it.
 *  @throws `RangeError` where a bound that is a number is NaN, or lower > upper; `TreeMismatch` naming the path where a
 *    bound has no leaf, or another shape.
 *  @laws idempotent, and no two trees are further apart afterwards. Differentiable, by
 *    the bounds too; on a bound the slope is ½. Where trees of bounds cross, it is
 *    the upper one.
 *  @departs nothing is broadcast.
 *  @reference optax.projections.projection_box
 *  @example projectionBox(params, { lower: -1, upper: 1 }) */
export const projectionBox = <P>(
  ...[tree, box]: readonly [tree: P & TreeOf<P>, box: NoInfer<Box<P>>]
): Leaves<P, tf.Tensor> => {
  const { lower, upper } = known(box)
  return within('projectionBox', tree, lower, upper)
}

const known = knownOnly<Box<unknown>>('projectionBox', { lower: 'required', upper: 'required' })

/** The same for others. @internal */
export const within = <P>(where: string, tree: P & TreeOf<P>, lower: unknown, upper: unknown): Leaves<P, tf.Tensor> => {
  checkBounds(where, lower, upper)
  return projected(where, tree, (leaves) => {
    const [least, most] = [boundsOf(`${where}: lower`, leaves, lower), boundsOf(`${where}: upper`, leaves, upper)]
    return leaves.map(({ x }, i) => cut(x, at(least, i), at(most, i)))
  })
}

/** min(max(x, least), most). On a bound x and the bound share the slope. */
const cut = (x: tf.Tensor, least: tf.Tensor | number, most: tf.Tensor | number): tf.Tensor => {
  const bounds = [least, most].filter((bound) => typeof bound !== 'number')
  return differentiable([x, ...bounds], () => {
    const raised = tf.maximum(x, least)
    const [above, below] = [shareOf(tf.sub(x, least)), shareOf(tf.sub(most, raised))]
    return {
      value: tf.minimum(raised, most),
      saved: { above, below },
      gradients: (dy, s) => {
        const inner = tf.mul(dy, s.below)
        return [
          tf.mul(inner, s.above),
          ...(typeof least === 'number' ? [] : [tf.mul(inner, tf.sub(1, s.above))]),
          ...(typeof most === 'number' ? [] : [tf.mul(dy, tf.sub(1, s.below))]),
        ]
      },
    }
  })
}

/** 1 where a gap is above 0, 0 below, ½ at 0. */
const shareOf = (gap: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.add(1, tf.sign(gap)))

const boundsOf = (where: string, leaves: readonly Placed[], bound: unknown): readonly (tf.Tensor | number)[] =>
  typeof bound === 'number' ? leaves.map(() => bound) : beside(where, leaves, bound)

const at = (bounds: readonly (tf.Tensor | number)[], i: number): tf.Tensor | number => {
  const bound = bounds[i]
  if (bound === undefined) throw new Error(`projectionBox: no bound for leaf ${i}`)
  return bound
}

const checkBounds = (where: string, lower: unknown, upper: unknown): void => {
  const [least, most] = [lower, upper].map((bound) => (typeof bound === 'number' ? bound : undefined))
  for (const [name, bound] of Object.entries({ lower: least, upper: most }))
    if (Number.isNaN(bound))
      throw new RangeError(
        `${where}: ${name} must be a number or a tree of tensors, found NaN. Pass e.g. { ${name}: 0 }.`,
      )
  if (least !== undefined && most !== undefined && least > most)
    throw new RangeError(`${where}: lower must be at most upper, found ${least} and ${most}. Exchange them.`)
}
