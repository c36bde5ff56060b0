import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { TreeOf } from '../tree/Tree.js'
import type { CheckpointProblem } from './CheckpointError.js'
import type { CheckpointRecord } from './CheckpointContents.js'
import type { Interruptible, Store } from './Store.js'

/** What is restored, from where, and what it must be like. */
export interface RestoreRequest<F extends StateLambda, P, E> extends Interruptible {
  readonly store: Store
  readonly name: string
  readonly optimizer: Transformation<F, E>
  /** Parameters and a state of the structure that is expected, such as `optimizer.init(params)`. Not changed, not
   *  disposed. */
  readonly like: { readonly params: P & TreeOf<P>; readonly state: NoInfer<StateOf<F, P>> }
}

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
  /** What differs without harm: hyperparameters that have changed since, a file that was saved swapped; and what of the
   *  record cannot be read, by path. */
  readonly warnings: readonly CheckpointProblem[]
}
