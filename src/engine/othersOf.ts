/** @internal */
import { rememberedOne } from '../equation/Program.js'
import type { Skeleton } from '../tree/Skeleton.js'

/** The leaves that are not float32, in the order of the skeleton: no update is for them, and equations pass them by. */
export const othersOf = rememberedOne(({ dtypes }: Skeleton): readonly number[] =>
  dtypes.flatMap((dtype, leaf) => (dtype === 'float32' ? [] : [leaf])),
)
