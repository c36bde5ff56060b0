/** @internal */
import { rememberedOne } from '../equation/Program.js'
import { notTrained } from '../tree/notTrained.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** Throws `TreeMismatch` where a leaf that is not float32 has a gradient: integers and booleans are not trained, on any
 *  backend. */
export const checkGradients = (where: string, skeleton: Skeleton, leaves: readonly (Leaf | null)[]): void => {
  for (const i of untrained(skeleton)) {
    const leaf = leaves[i]
    if (leaf === null || leaf === undefined) continue
    throw notTrained(where, skeleton, i, leaf)
  }
}

/** The leaves that are not float32: mostly none. */
const untrained = rememberedOne(({ dtypes }: Skeleton): readonly number[] =>
  dtypes.flatMap((dtype, i) => (dtype === 'float32' ? [] : [i])),
)
