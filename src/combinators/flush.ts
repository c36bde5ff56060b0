import { run } from '../engine/run.js'
import { checkState } from '../state/checkState.js'
import { pendingIn } from '../state/pendingIn.js'
import { checkTold } from '../transformation/checkTold.js'
import { donates, type StepOptions } from '../transformation/stepOptions.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { manner } from '../transformation/assemble.js'
import type { Now } from '../transformation/step.js'
import type { Extras, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { buildTree } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'

/** What `flush` returns: a step without gradients. */
export interface Flusher<F extends StateLambda, E> {
  <P>(state: NoInfer<StateOf<F, P>>, params: P & TreeOf<P>, ...extra: Extras<E>): Now<P, StateOf<F, P>>
}

/** Lets what `multiSteps` has gathered in an incomplete round go on, at the end of an epoch or of a run: otherwise it
 *  would wait for the next one.
 *
 *  ```text
 *  after j < k micro-batches:  one step of the inner transformation on the mean (or sum) of those j
 *  ```
 *
 *  @shapes those of `step`; afterwards acc is zero, miniStep is 0 and gradientStep one more.
 *  @laws with nothing gathered, or without `multiSteps`, parameters and state are the same objects; after j
 *    micro-batches it is one step of the inner transformation on their mean, up to the rounding of a running mean.
 *  @departs what stands around `multiSteps` sees a step without gradients: parts after it in a chain work on what goes
 *    on, averages around it move once. Where a wrapper does not run what is inside in this step
 *    (`conditionallyMask`), nothing goes on.
 *  @reference none in optax; the last, smaller batch of an accumulation loop in PyTorch
 *  @example now = flush(optimizer)(now.state, now.params) */
export const flush = <F extends StateLambda, E = {}>(
  tx: Transformation<F, E>,
  options?: StepOptions,
): Flusher<F, E> => {
  const anatomy = anatomyOf('flush: the optimizer', tx)
  const donate = donates('flush', options)
  const pending = pendingIn(anatomy.shape)
  const flushed = (state: unknown, params: unknown, extra?: unknown): Now<unknown, unknown> => {
    checkTold('flush', extra)
    checkState(anatomy.shape, state)
    if (!pending(state)) return { params, state }
    const skeleton = skeletonOf(params, 'params')
    const updates = buildTree(
      skeleton,
      skeleton.paths.map(() => null),
    )
    const occasion = { updates, params, extra, flush: 'nothing' } as const
    const [next, after] = run(manner('step', donate), anatomy.plan(state, occasion), occasion, state)
    return { params: next, state: after }
  }
  // A run keeps the structure of the parameters and the shape of the state, as in `step`.
  return flushed as unknown as Flusher<F, E>
}
