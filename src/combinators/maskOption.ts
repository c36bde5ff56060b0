/** @internal */

import type { Kind } from '../scalars/Kind.js'
import { anything } from '../scalars/kinds.js'
import type { MaskLike } from './maskScope.js'

/** An option that takes a choice of leaves, with an example for errors. */
export const maskOptionLike = (example: string): Kind<MaskLike> =>
  anything<MaskLike>('a tree of booleans, or a function of the parameters such as byPath(…)', example)

/** An option that takes a choice of leaves. */
export const maskOption = maskOptionLike('{ dense: true, norm: false }')
