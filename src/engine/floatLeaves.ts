/** @internal */
import type { Work } from '../equation/Work.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** Whether equations run on float32 alone: leaves of another dtype (integers, conditions) have no gradient, and are
 *  passed by. */
export const onFloats = ({ skeleton, updates }: Pick<Work<Leaf>, 'skeleton' | 'updates'>): boolean =>
  othersOf(skeleton).every((leaf) => (updates[leaf] ?? null) === null)

/** The leaves that are not float32, in the order of the skeleton. */
export const othersOf = (skeleton: Skeleton): readonly number[] => {
  const known = others.get(skeleton)
  if (known !== undefined) return known
  const found = skeleton.dtypes.flatMap((dtype, leaf) => (dtype === 'float32' ? [] : [leaf]))
  others.set(skeleton, found)
  return found
}

const others = new WeakMap<Skeleton, readonly number[]>()
