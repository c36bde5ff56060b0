import type { Now } from '../transformation/step.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import type { TreeOf } from '../tree/Tree.js'
import type { AnyLoss } from './evaluation.js'
import { fit, type Fit } from './fit.js'
import type { Ended } from './Ended.js'
import type { Batches, FitOptions } from './FitOptions.js'
import type { Evaluated, EvaluatedWithAux, Loss, LossWithAux } from './Loss.js'
import type { ExtraOption, Needed, NeedsExtra } from './Minimized.js'
import type { AnyOptimizer } from './stepped.js'

/** A run of training, to its end. */
export type Fitted<P, S, B> = (now: Now<P, S>, batches: Batches<B>) => Promise<Ended<P, S>>

/** Trains on batches and gives the last parameters and state, and why there were no more steps: `fit` for who does not look at the steps.
 *
 *  ```text
 *  fitted(…)(now, batches) = what fit(…)(now, batches) returns
 *  ```
 *
 *  @throws what `fit` throws, as a rejection; then nothing that the run made is left, unlike with `fit`.
 *  @laws those of `fit`; without batches it is `now`, the same tensors.
 *  @example const after = await fitted(optimizer, loss, { steps: 3 })(now, [1, 2, 3]) */
export function fitted<F extends StateLambda, E, P, B, A, R = undefined>(
  optimizer: Transformation<F, E>,
  loss: LossWithAux<P, readonly [batch: B], A>,
  given: { readonly hasAux: true } & FitOptions<P, StateOf<F, P>, B, A, R> &
    ExtraOption<E, EvaluatedWithAux<P, A>, readonly [batch: B]>,
): Fitted<P & TreeOf<P>, StateOf<F, P>, B>
export function fitted<F extends StateLambda, E, P, B, R = undefined>(
  optimizer: Transformation<F, E>,
  loss: Loss<P, readonly [batch: B]>,
  ...given: Needed<
    E,
    { readonly hasAux?: false } & FitOptions<P, StateOf<F, P>, B, undefined, R> &
      ExtraOption<E, Evaluated<P>, readonly [batch: B]>
  >
): Fitted<P & TreeOf<P>, StateOf<F, P>, B>
// Reached without options only: who needs some reads of it here.
export function fitted<F extends StateLambda, E, P, B>(
  optimizer: Transformation<F, E>,
  loss: Loss<P, readonly [batch: B]> & NeedsExtra<E>,
): Fitted<P & TreeOf<P>, StateOf<F, P>, B>
export function fitted(optimizer: AnyOptimizer, loss: AnyLoss, given?: object): Fitted<unknown, unknown, unknown> {
  // The overloads above are those of `fit`; the compiler does not carry them through.
  const run = (fit as unknown as (...all: readonly unknown[]) => Fit<unknown, unknown, unknown, unknown, unknown>)(
    optimizer,
    loss,
    given,
  )
  return async (now, batches) => {
    const events = run(now, batches)
    let last: Now<unknown, unknown> = now
    try {
      for (;;) {
        const result = await events.next()
        if (result.done === true) return result.value
        last = result.value
      }
    } catch (error) {
      disposeExcept([last.params, last.state], [now.params, now.state])
      throw error
    }
  }
}
