/** @internal */
import type { Call } from '../../equation/Node.js'
import { meaningOf } from '../../equation/operations.js'
import { broken } from '../../scalars/must.js'

/** The value of an operation on what does not differ from element to element, in float32: `a`, `b` and `c` are its
 *  arguments, as far as it has any, conditions as 1 or 0. */
export const hostValue = (op: Call['op'], a: number, b: number, c: number, size: number): number => {
  const meaning = meaningOf(op)
  if (meaning !== undefined) return Math.fround(Number(meaning(a, b)))
  switch (op) {
    case 'where':
      return a === 1 ? b : c
    case 'leafSum':
      return Math.fround(a * size)
    case 'leafNorm':
      return Math.fround(Math.sqrt(a * a * size))
    case 'leafMax':
      return size === 0 ? Number.NEGATIVE_INFINITY : a
    default:
      throw broken(`${op} was taken for an operation on one leaf`)
  }
}
