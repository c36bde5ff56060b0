/** @internal */

import { maskOption } from '../combinators/maskOption.js'
import type { Scalar } from '@tensorflow/tfjs-core'
import { refined } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import { flag } from '../scalars/kinds.js'
import { optional, withDefault } from '../scalars/options.js'
import { isLeaf } from '../tree/Tree.js'

const isCotangent = (u: unknown): u is number | Scalar =>
  typeof u === 'number' ? Number.isFinite(u) : isLeaf(u) && u.shape.length === 0 && u.dtype === 'float32'

const cotangent: Kind<number | Scalar> = {
  codec: refined('cotangent', isCotangent),
  range: 'a finite number, or a float32 tensor of shape []',
  example: '1',
  sorts: ['number'],
}

/** The options of everything that takes a gradient. */
export const gradSpec = {
  mask: optional(maskOption),
  cotangent: withDefault(cotangent, 1),
}

/** The same, where the loss may return more than its value. */
export const auxSpec = { ...gradSpec, hasAux: withDefault(flag, false) }
