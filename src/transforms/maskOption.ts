/** @internal */

import type { MaskLike } from '../combinators/maskScope.js'
import type { Kind } from '../scalars/Kind.js'
import { anything } from '../scalars/kinds.js'

/** An option that takes a choice of leaves. */
export const maskOption: Kind<MaskLike> = anything<MaskLike>(
  'a tree of booleans, or a function of the parameters such as byPath(…)',
  '{ dense: true, norm: false }',
)
