/** @internal */
import { rememberedOne } from '../equation/Program.js'
import type { Work } from '../equation/Work.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** Whether equations run on float32 alone: leaves of another dtype (integers, conditions) have no gradient, and are
 *  passed by. */
export const onFloats = ({ skeleton, updates }: Pick<Work<Leaf>, 'skeleton' | 'updates'>): boolean =>
  othersOf(skeleton).every((leaf) => (updates[leaf] ?? null) === null)

/** The leaves that are not float32, in the order of the skeleton. */
export const othersOf = rememberedOne(({ dtypes }: Skeleton): readonly number[] =>
  dtypes.flatMap((dtype, leaf) => (dtype === 'float32' ? [] : [leaf])),
)
