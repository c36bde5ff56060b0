import { checkFunction } from '../scalars/checkFunction.js'
import { options } from '../scalars/options.js'
import type { TreeOf } from '../tree/Tree.js'
import { type AnyLoss, evaluation } from './evaluation.js'
import { auxSpec } from './gradSpec.js'
import type { Evaluated, EvaluatedWithAux, GradOptions, Loss, LossWithAux } from './Loss.js'

/** The value of a loss and its gradient with respect to a tree of parameters.
 *
 *  ```text
 *  valueAndGrad(L)(p, …) = { value: L(p, …), grads: c · ∂L/∂p }        c = cotangent
 *  ```
 *
 *  @shapes `grads` has the structure and shapes of `params`; `null` where the mask hides a leaf, where the loss does
 *    not depend on one, and where the parameters have `null`. A tensor that stands at two paths is two leaves.
 *  @throws `NoVariables` where there is no leaf to watch, `NoGradients` where the loss depends on none, `BadLoss`
 *    where it is not one float32 number, `MissingGradient` where tfjs has none, `TreeMismatch` for leaves that
 *    are not float32.
 *  @laws `value` and `grads` (and the tensors of `aux`) are the only new tensors, each its own; linear in the
 *    cotangent; the same inside and outside of `tf.tidy`, and inside another gradient; nothing is left behind
 *    after an error.
 *  @departs tensors of `aux` live on in records and arrays; those in a `Map` or a class instance do not.
 *    A gradient through a gradient is only as right as what tfjs knows of second derivatives: those of tanh, sigmoid
 *    and softmax are wrong in silence (`checkSecondDerivatives`); those of this library's updates are right.
 *  @reference jax.value_and_grad; tf.train.Optimizer.compute_gradients (grad_loss is the cotangent, var_list the mask).
 *    gate_gradients (GATE_NONE, GATE_OP, GATE_GRAPH) has no counterpart: gradients are values, all there or
 *    none.
 *  @example const { value, grads } = valueAndGrad(loss)(params) */
export function valueAndGrad<P, Args extends readonly unknown[], A>(
  loss: LossWithAux<P, Args, A>,
  given: GradOptions & { readonly hasAux: true },
): (params: P & TreeOf<P>, ...args: Args) => EvaluatedWithAux<P, A>
export function valueAndGrad<P, Args extends readonly unknown[]>(
  loss: Loss<P, Args>,
  given?: GradOptions & { readonly hasAux?: false },
): (params: P & TreeOf<P>, ...args: Args) => Evaluated<P>
export function valueAndGrad(
  loss: AnyLoss,
  given?: GradOptions & { readonly hasAux?: boolean },
): (params: never, ...args: readonly unknown[]) => unknown {
  checkFunction('valueAndGrad: loss', loss, '(params) => tf.sum(params.w)')
  const evaluate = evaluation(loss, { where: 'valueAndGrad', ...parse(given) })
  return (params, ...args) => evaluate(params, args)
}

const parse = options('valueAndGrad', auxSpec)
