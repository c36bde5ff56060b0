import { flag, fn } from '../scalars/kinds.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { Now } from '../transformation/step.js'
import type { TreeOf } from '../tree/Tree.js'
import { type AnyLoss, evaluation } from './evaluation.js'
import { auxSpec } from './gradSpec.js'
import type { Evaluated, EvaluatedWithAux, Loss, LossWithAux } from './Loss.js'
import type { MinimizeOptions, Minimized, MinimizedWithAux, Needed, NeedsExtra } from './Minimized.js'
import { type AnyOptimizer, stepped } from './stepped.js'

/** One step of training as one pure function: the gradient of a loss, and a step of an optimizer.
 *
 *  ```text
 *  minimize(tx, L)({ params, state }, …) = { value, ...step(tx)(grads, state, params, extra) }
 *    where { value, grads } = valueAndGrad(L)(params, …)
 *  ```
 *
 *  @shapes those of `now`; leaves that do not change are the same tensors.
 *  @throws what `valueAndGrad` and `step` throw; nothing is left behind then.
 *  @laws the composition of the two, bit for bit; inputs are neither changed nor disposed (unless `donate`);
 *    parameters that the mask hides, and their averages, are bitwise unchanged; leaves exactly the tensors of
 *    its result.
 *  @departs what the optimizer needs beside gradients is made by `extra` from the evaluated loss; tensors that it
 *    makes are tidied after the step.
 *  @reference tf.train.Optimizer.minimize: var_list is the mask, grad_loss the cotangent, global_step a count in the
 *    state; gate_gradients, aggregation_method and colocate_gradients_with_ops have nothing left to choose.
 *  @example const next = minimize(optimizer, loss)(now) */
export function minimize<F extends StateLambda, E, P, Args extends readonly unknown[], A>(
  optimizer: Transformation<F, E>,
  loss: LossWithAux<P, Args, A>,
  given: { readonly hasAux: true } & MinimizeOptions<E, EvaluatedWithAux<P, A>, Args>,
): (now: Now<P & TreeOf<P>, NoInfer<StateOf<F, P>>>, ...args: Args) => MinimizedWithAux<P, StateOf<F, P>, A>
export function minimize<F extends StateLambda, E, P, Args extends readonly unknown[]>(
  optimizer: Transformation<F, E>,
  loss: Loss<P, Args>,
  ...given: Needed<E, { readonly hasAux?: false } & MinimizeOptions<E, Evaluated<P>, Args>>
): (now: Now<P & TreeOf<P>, NoInfer<StateOf<F, P>>>, ...args: Args) => Minimized<P, StateOf<F, P>>
// Reached without options only: who needs some reads of it here.
export function minimize<F extends StateLambda, E, P, Args extends readonly unknown[]>(
  optimizer: Transformation<F, E>,
  loss: Loss<P, Args> & NeedsExtra<E>,
): (now: Now<P & TreeOf<P>, NoInfer<StateOf<F, P>>>, ...args: Args) => Minimized<P, StateOf<F, P>>
export function minimize(
  optimizer: AnyOptimizer,
  loss: AnyLoss,
  given?: object,
): (now: Now<never, never>, ...args: readonly unknown[]) => unknown {
  const { extra, donate, ...manner } = parse(given)
  const evaluate = evaluation(loss, { where: 'minimize', ...manner })
  const advance = stepped('minimize', optimizer, loss, evaluate, extra)
  return (now, ...args) => advance(now, args, donate)
}

const parse = options('minimize', {
  ...auxSpec,
  donate: withDefault(flag, false),
  extra: optional(
    fn<(...evaluated: never) => unknown>(
      'a function from the evaluated loss to what the optimizer needs',
      '({ value }) => ({ … })',
    ),
  ),
})
