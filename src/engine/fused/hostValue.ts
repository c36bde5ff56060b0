/** @internal */
import type { Node } from '../../equation/Graph.js'
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

/** The value of an operation on what does not differ from element to element, in float32. `values` are those of earlier
 *  nodes, conditions as 1 or 0. */
export const hostValue = (node: Extract<Node, { args: unknown }>, values: readonly number[], size: number): number => {
  const [i, j = -1, k = -1] = node.args
  const [a, b] = [values[i] ?? Number.NaN, values[j] ?? Number.NaN]
  const { op } = node
  if (isUnary(op)) return Math.fround(unary[op](a))
  if (isBinary(op)) return Math.fround(binary[op](a, b))
  if (isComparison(op)) return Number(comparison[op](a, b))
  if (isTest(op)) return Number(tests[op](a))
  if (isConnective(op)) return Number(connective[op](a === 1, b === 1))
  if (isNegation(op)) return Number(negation[op](a === 1))
  switch (op) {
    case 'where':
      return a === 1 ? b : (values[k] ?? Number.NaN)
    case 'leafSum':
      return Math.fround(a * size)
    case 'leafNorm':
      return Math.fround(Math.sqrt(a * a * size))
    case 'leafMax':
      return size === 0 ? Number.NEGATIVE_INFINITY : a
    case 'treeSum':
    case 'treeNorm':
      throw new TypeError('a sum over the tree is no operation on one leaf: please report this')
  }
}
