/** @internal */
import type { Graph } from '../../equation/Graph.js'
import { type Node, nodesBelow } from '../../equation/Node.js'
import { isTotal, totalOf } from './totals.js'

/** For each graph the nodes on which some result depends, each after its arguments. A sum over the tree that one class
 *  needs is needed from all; one that none needs is not taken. */
export const neededIn = (graphs: readonly Graph[]): readonly (readonly Node[])[] => {
  // A graph holds what its results need, and such sums: mostly there are none.
  if (!graphs.some(({ nodes }) => nodes.some(isTotal))) return graphs.map(({ nodes }) => nodes)
  const totals = new Set<string>()
  const rootsOf = ({ nodes, outputs }: Graph): readonly Node[] => [
    ...outputs.map(({ node }) => node),
    ...nodes.filter((node) => isTotal(node) && totals.has(totalOf(node))),
  ]
  for (;;) {
    const known = totals.size
    const needed = graphs.map((graph) => nodesBelow(rootsOf(graph)))
    for (const node of needed.flat()) if (isTotal(node)) totals.add(totalOf(node))
    if (totals.size === known)
      return graphs.map(({ nodes }, c) => {
        const own = new Set(needed[c])
        return nodes.filter((node) => own.has(node))
      })
  }
}
