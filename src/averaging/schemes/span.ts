/** @internal */
import { refined } from '../../scalars/decoder.js'
import type { Kind } from '../../scalars/Kind.js'

const isSpan = (u: unknown): u is number => typeof u === 'number' && u > 0

/** An option that takes a length of time above 0, which may be infinite. */
export const span: Kind<number> = {
  codec: refined('span', isSpan),
  range: 'a number > 0, or Infinity',
  example: '1000',
  sorts: ['number'],
}
