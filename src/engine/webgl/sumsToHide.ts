/** @internal */
import type { Graph } from '../../equation/Graph.js'
import { argsOf, type Node } from '../../equation/Node.js'
import { must } from '../../scalars/must.js'

/** The sums and differences that a compiler must not see through. It takes floats for reals, and would turn (a + b) − a
 *  into b: compensated summation lives of the difference. Where a sum of sums mentions a term twice, the inner ones are
 *  hidden. */
export const sumsToHide = ({ nodes }: Graph): ReadonlySet<Node> => {
  const terms = new Map<Node, readonly Node[]>()
  const hidden = new Set<Node>()
  const hide = (node: Node): void => {
    if (!isSum(node) || hidden.has(node)) return
    hidden.add(node)
    argsOf(node).forEach(hide)
  }
  for (const node of nodes) {
    const found = isSum(node) ? argsOf(node).flatMap((arg) => must(terms.get(arg), 'terms of an argument')) : [node]
    // A long sum that mentions one term often says no more by saying it again.
    const all = found.length > 64 ? [...new Set(found)].flatMap((term) => [term, term]) : found
    terms.set(node, all)
    if (node.op !== 'neg' && isSum(node) && new Set(all).size < all.length) argsOf(node).forEach(hide)
  }
  return hidden
}

const isSum = ({ op }: Node): boolean => op === 'add' || op === 'sub' || op === 'neg'
