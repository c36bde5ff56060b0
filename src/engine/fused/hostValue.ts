/** @internal */
import type { Call } from '../../equation/Node.js'
import {
  binary,
  comparison,
  connective,
  isBinary,
  isComparison,
  isConnective,
  isNegation,
  isTest,
  isUnary,
  negation,
  tests,
  unary,
} from '../../equation/operations.js'
import { broken } from '../../scalars/must.js'

/** The value of an operation on what does not differ from element to element, in float32: `a`, `b` and `c` are its
 *  arguments, as far as it has any, conditions as 1 or 0. */
export const hostValue = (op: Call['op'], a: number, b: number, c: number, size: number): number => {
  if (isUnary(op)) return Math.fround(unary[op](a))
  if (isBinary(op)) return Math.fround(binary[op](a, b))
  if (isComparison(op)) return Number(comparison[op](a, b))
  if (isTest(op)) return Number(tests[op](a))
  if (isConnective(op)) return Number(connective[op](a === 1, b === 1))
  if (isNegation(op)) return Number(negation[op](a === 1))
  switch (op) {
    case 'where':
      return a === 1 ? b : c
    case 'leafSum':
      return Math.fround(a * size)
    case 'leafNorm':
      return Math.fround(Math.sqrt(a * a * size))
    case 'leafMax':
      return size === 0 ? Number.NEGATIVE_INFINITY : a
    case 'treeSum':
    case 'treeNorm':
      throw broken('a sum over the tree was taken for an operation on one leaf')
  }
}
