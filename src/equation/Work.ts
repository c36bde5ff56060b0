/** @internal */
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Woken } from './Gathering.js'
import type { Stage } from './Stage.js'

/** The slots of one stage, by name; a slot of one number for the tree is a list of one. */
export type SlotLeaves<L> = Readonly<Record<string, readonly (L | null)[]>>

/** One run of stages on one step: everything an executor needs. Lists of leaves are in the order of the skeleton. */
export interface Work<L extends Leaf> {
  /** The same object for the same program, so that what is compiled from it can be remembered. */
  readonly stages: readonly Stage[]
  /** `update`: emit the updates. `step`: emit `param + update`. */
  readonly mode: 'update' | 'step'
  readonly skeleton: Skeleton
  /** The scalars of each stage, in double. */
  readonly scalars: readonly Readonly<Record<string, number>>[]
  /** `null` where a leaf has no gradient. */
  readonly updates: readonly (L | null)[]
  readonly params: readonly (L | null)[]
  readonly slots: readonly SlotLeaves<L>[]
  /** For each stage that gathers updates over several steps, the leaves that one has arrived for, also before this
   *  step: it runs on them; and whether what has gathered goes on from there. */
  readonly woken?: readonly (Woken | undefined)[] | undefined
  /** Whether the memory of `params` and `slots` may be reused for the result. */
  readonly donate: boolean
}

/** What came of it. Leaves that did not change are the very objects that were given. */
export interface Done<L extends Leaf> {
  /** The new parameters (`step`), or the updates (`update`; `null` where there was no gradient). */
  readonly leaves: readonly (L | null)[]
  readonly slots: readonly SlotLeaves<L>[]
}

export type Executor<L extends Leaf> = (work: Work<L>) => Done<L>
