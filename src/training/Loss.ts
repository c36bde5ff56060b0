import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { MaskLike } from '../combinators/maskScope.js'
import type { Leaves } from '../tree/Tree.js'

/** A loss: one float32 number, computed with tfjs operations from the parameters and whatever else it is called
 *  with. */
export type Loss<P, Args extends readonly unknown[]> = (params: P, ...args: Args) => Tensor

/** A loss that also returns plain data and tensors of its own: predictions, metrics, new statistics. */
export type LossWithAux<P, Args extends readonly unknown[], A> = (
  params: P,
  ...args: Args
) => readonly [loss: Tensor, aux: A]

/** What can be said about a gradient. */
export interface GradOptions {
  /** Which leaves are watched: a tree of booleans, or `byPath((path) => …)`. The others get `null`. Default: all. */
  readonly mask?: MaskLike
  /** What the gradient is multiplied with, a number or a float32 scalar: the gradient of what lies above the loss.
   *
   *  @defaultValue 1 */
  readonly cotangent?: number | Scalar
}

/** A loss and its gradient at some parameters. */
export interface Evaluated<P> {
  /** The loss. */
  readonly value: Scalar
  /** Its gradient; `null` where the mask hides a leaf, and where the loss does not depend on one. */
  readonly grads: Leaves<P, Tensor | null>
}

/** A loss, its gradient, and what else the loss returned. */
export interface EvaluatedWithAux<P, A> extends Evaluated<P> {
  readonly aux: A
}
