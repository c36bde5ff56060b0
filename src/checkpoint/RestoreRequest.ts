import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { TreeOf } from '../tree/Tree.js'
import type { Accept, PlanOptions } from '../migration/StatePlan.js'
import type { CheckpointProblem } from './CheckpointError.js'
import type { CheckpointRecord } from './CheckpointContents.js'
import type { Interruptible, Store } from './Store.js'

/** What is restored, from where, and what it must be like. */
export interface RestoreRequest<F extends StateLambda, P, E> extends PlanRestoreRequest<F, P, E> {
  /** What may become of what is in the file beside being the same or moved: kinds of lines of its plan, or a function of a
   *  line. `'parameters'`: they alone are read, and the state is `optimizer.init` of them. Default: nothing. */
  readonly accept?: Accept | 'parameters'
}

/** What a restore is planned for. */
export interface PlanRestoreRequest<F extends StateLambda, P, E> extends Interruptible, PlanOptions {
  readonly store: Store
  readonly name: string
  readonly optimizer: Transformation<F, E>
  /** Parameters and a state of the structure that is expected, such as `optimizer.init(params)`. Not changed, not
   *  disposed. */
  readonly like: { readonly params: P & TreeOf<P>; readonly state: NoInfer<StateOf<F, P>> }
  /** The chain that saved a file of format 1 (by polyak 0.1.0), which does not tell its parts. Default: `optimizer`. */
  readonly from?: AnyTransformation
}

/** The names in it.
 *
 *  @internal */
export const namesToPlan = {
  store: 'required',
  name: 'required',
  optimizer: 'required',
  like: 'required',
  rename: true,
  slots: true,
  from: true,
  signal: true,
} as const

/** A swapped restore; says which average, where there are several. */
export interface SwappedRestoreRequest<F extends StateLambda, P, E> extends RestoreRequest<F, P, E> {
  readonly average?: string
}

/** What came of it: new tensors, all the caller's. */
export interface Restored<P, S> {
  readonly params: P
  readonly state: S
  /** The record that was saved, without what cannot be read of it. */
  readonly record: CheckpointRecord
  /** What differs without harm: hyperparameters that have changed since, what has moved or was
   *  accepted, a file that was saved swapped; and what of the
   *  record cannot be read, by path. */
  readonly warnings: readonly CheckpointProblem[]
}
