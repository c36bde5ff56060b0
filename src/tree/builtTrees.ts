/** @internal */
import type { Skeleton } from './Frame.js'
import { hiddenMark } from './hiddenMark.js'
import type { Leaf } from './Tree.js'

/** A tree that this library built: frozen to the last container, so its leaves may be remembered. */
export interface BuiltTree {
  /** The skeleton that it was built on. */
  readonly skeleton: Skeleton
  readonly leaves: readonly (Leaf | null)[]
  /** Whether those that are there have the shapes and dtypes of the skeleton. Asked for seldom, so found out late. */
  readonly alike: () => boolean
}

/** The trees that this library built, by identity. */
export const builtTrees = hiddenMark<BuiltTree>()
