/** @internal */
import type { Graph } from '../../equation/Graph.js'

/** The sums and differences that a compiler must not see through. It takes floats for reals, and would turn (a + b) − a
 *  into b: compensated summation lives of the difference. Where a sum of sums mentions a term twice, the inner ones are
 *  hidden. */
export const sumsToHide = (graph: Graph): ReadonlySet<number> => {
  const terms = new Map<number, readonly number[]>()
  const termsOf = (id: number): readonly number[] => {
    const known = terms.get(id)
    if (known !== undefined) return known
    const node = graph.nodes[id]
    const found = node?.op === 'add' || node?.op === 'sub' || node?.op === 'neg' ? node.args.flatMap(termsOf) : [id]
    // A long sum that mentions one term often says no more by saying it again.
    const short = found.length > 64 ? [...new Set(found)].flatMap((t) => [t, t]) : found
    terms.set(id, short)
    return short
  }
  const hidden = new Set<number>()
  const hide = (id: number): void => {
    const node = graph.nodes[id]
    if (node?.op !== 'add' && node?.op !== 'sub' && node?.op !== 'neg') return
    hidden.add(id)
    node.args.forEach(hide)
  }
  graph.nodes.forEach((node, id) => {
    if (node.op !== 'add' && node.op !== 'sub') return
    const all = termsOf(id)
    if (new Set(all).size < all.length) node.args.forEach(hide)
  })
  return hidden
}
