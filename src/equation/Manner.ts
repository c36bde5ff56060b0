/** @internal */
import type { Executor } from './Work.js'
import type { Leaf } from '../tree/Tree.js'

/** How a program is run. */
export interface Manner<L extends Leaf> {
  readonly executor: Executor<L>
  readonly mode: 'update' | 'step'
  readonly donate: boolean
  /** What the caller names the tree that arrives, for errors. Default `updates`. */
  readonly given?: 'grads' | 'updates'
  /** For programs that end in a transformation that is no equation. */
  readonly add: (param: L, update: L) => L
  /** Disposes what a transformation that is no equation has replaced. */
  readonly release: (leaf: L) => void
  /** A copy that can be disposed without the original. */
  readonly copied: (leaf: L) => L
}
