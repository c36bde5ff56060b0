/** @internal */
import { notTrained } from '../tree/notTrained.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { othersOf } from './floatLeaves.js'

/** Throws `TreeMismatch` where a leaf that is not float32 has a gradient: integers and booleans are not trained, on any
 *  backend. */
export const checkGradients = (where: string, skeleton: Skeleton, leaves: readonly (Leaf | null)[]): void => {
  for (const i of othersOf(skeleton)) {
    const leaf = leaves[i]
    if (leaf === null || leaf === undefined) continue
    throw notTrained(where, skeleton, i, leaf)
  }
}
