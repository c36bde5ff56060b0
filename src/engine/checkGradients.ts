/** @internal */
import { rememberedOne } from '../equation/Program.js'
import { type Skeleton, pathAt } from '../tree/Skeleton.js'
import { spell } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

/** Throws `TreeMismatch` where a leaf that is not float32 has a gradient: integers and booleans are not trained, on any
 *  backend. */
export const checkGradients = (where: string, skeleton: Skeleton, leaves: readonly (Leaf | null)[]): void => {
  for (const i of untrained(skeleton)) {
    const leaf = leaves[i]
    if (leaf === null || leaf === undefined) continue
    throw new TreeMismatch({
      where,
      path: pathAt(skeleton, i),
      expected: `null, because a parameter of dtype ${skeleton.dtypes[i]} is not trained`,
      found: spell(leaf),
      hint: 'Hand in null for it, or make the parameter float32: tf.cast(leaf, "float32").',
    })
  }
}

/** The leaves that are not float32: mostly none. */
const untrained = rememberedOne(({ dtypes }: Skeleton): readonly number[] =>
  dtypes.flatMap((dtype, i) => (dtype === 'float32' ? [] : [i])),
)
