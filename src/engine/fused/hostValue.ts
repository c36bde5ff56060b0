/** @internal */
import type { Node } from '../../equation/Graph.js'
import { binary, comparison, tests, unary } from '../../equation/interpret.js'

/** The value of an operation on what does not differ from element to element, in float32. `values` are those of earlier
 *  nodes, conditions as 1 or 0. */
export const hostValue = (node: Extract<Node, { args: unknown }>, values: readonly number[], size: number): number => {
  const [i, j = -1, k = -1] = node.args
  const [a, b] = [values[i] ?? Number.NaN, values[j] ?? Number.NaN]
  switch (node.op) {
    case 'leafSum':
      return Math.fround(a * size)
    case 'leafMax':
      return size === 0 ? Number.NEGATIVE_INFINITY : a
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'max':
    case 'min':
    case 'pow':
      return Math.fround(binary[node.op](a, b))
    case 'neg':
    case 'abs':
    case 'sign':
    case 'sqrt':
    case 'exp':
    case 'log':
    case 'tanh':
      return Math.fround(unary[node.op](a))
    case 'less':
    case 'lessEqual':
    case 'equal':
      return Number(comparison[node.op](a, b))
    case 'isFinite':
    case 'isNaN':
      return Number(tests[node.op](a))
    case 'and':
      return a * b
    case 'or':
      return Math.max(a, b)
    case 'not':
      return 1 - a
    case 'where':
      return a === 1 ? b : (values[k] ?? Number.NaN)
    case 'treeSum':
      throw new TypeError('a sum over the tree is no operation on one leaf: please report this')
  }
}
