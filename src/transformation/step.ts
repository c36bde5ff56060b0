import { anatomyOf } from './anatomyOf.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { passOf } from './assemble.js'
import { donates, type StepOptions } from './stepOptions.js'
import type { Extras, StateLambda, StateOf, Told, Transformation } from './Transformation.js'

/** Parameters and the state that belongs to them. */
export interface Now<P, S> {
  readonly params: P
  readonly state: S
}

/** What `step` returns: it takes what `update` takes. */
export interface Stepper<F extends StateLambda, E> {
  <P, X extends Extras<E> | readonly []>(
    grads: NoInfer<Leaves<P, Tensor | null>>,
    state: NoInfer<StateOf<F, P>>,
    params: P & TreeOf<P> & Told<E, X>,
    ...extra: X
  ): Now<P, StateOf<F, P>>
}

/** One step as one pass over memory: parameters, moments and averages together.
 *
 *  ```text
 *  step(tx)(grads, state, params) = { params: params + updates, state: next }
 *  where [updates, next] = tx.update(grads, state, params)
 *  ```
 *
 *  @shapes those of `params`; leaves that do not change are the same tensors. One tensor at two paths is two parameters:
 *    each path has its own gradient, and they are two tensors after the step. To tie weights, let the loss read one
 *    path twice.
 *  @throws before anything is changed, and with the path: `TreeMismatch` when the trees differ or a slot has no tensor
 *    for a leaf; `Error` for a disposed tensor; with `donate`, `TypeError` for a `tf.Variable`; `TypeError` for
 *    options that are not known, for what transformations are told where it is no record, and for `donate` in it.
 *  @laws `step` ≡ `update` and `applyUpdates`; donated ≡ pure; leaves exactly the tensors of its result.
 *  @example now = step(optimizer)(grads, now.state, now.params) */
export const step = <F extends StateLambda, E = {}>(tx: Transformation<F, E>, options?: StepOptions): Stepper<F, E> => {
  const pass = passOf('step', anatomyOf('step: the optimizer', tx), donates('step', options))
  const stepped = (grads: unknown, state: unknown, params: unknown, extra: unknown): Now<unknown, unknown> => {
    const [next, after] = pass(grads, state, params, extra)
    return { params: next, state: after }
  }
  // A run keeps the structure of the parameters and the shape of the state; trees are checked where they are joined.
  return stepped as unknown as Stepper<F, E>
}
