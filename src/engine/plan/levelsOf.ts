/** @internal */
import { argsOf, type Node } from '../../equation/Node.js'
import { isLeafCollective } from '../../equation/operations.js'
import { must } from '../../scalars/must.js'
import { isTotal, totalOf } from '../../equation/totals.js'

/** When the nodes of several graphs are known, if all graphs go through the same phases together. */
export interface Levels {
  /** For each graph, the phase in which each of its nodes is known. */
  readonly of: readonly ReadonlyMap<Node, number>[]
  /** The number of phases of collectives before the last phase. */
  readonly count: number
  /** The sums over the tree, in the order of their numbers. */
  readonly totals: readonly string[]
}

/** The phases of the nodes of all classes, each after its arguments. A sum over the tree is known when its last class has
 *  added to it, which can be later than one class alone would say: where another class has a collective before it. */
export const levelsOf = (graphs: readonly (readonly Node[])[]): Levels => {
  const known = new Map<string, number>()
  for (;;) {
    let settled = true
    const of = graphs.map((nodes) => {
      const levels = new Map<Node, number>()
      for (const node of nodes) {
        const before = argsOf(node).reduce((most, a) => Math.max(most, must(levels.get(a), 'phase')), 0)
        if (isTotal(node)) {
          const last = known.get(totalOf(node))
          const level = Math.max(last ?? 0, before + 1) // of all classes so far, if there were any
          if (level !== last) settled = false
          known.set(totalOf(node), level)
          levels.set(node, level)
        } else levels.set(node, isLeafCollective(node.op) ? before + 1 : before)
      }
      return levels
    })
    // Ends: the equations' order is one order for all classes, so no sum waits for itself.
    if (settled)
      return {
        of,
        count: of.reduce((most, levels) => Math.max(most, ...levels.values()), 0),
        totals: [...known.keys()],
      }
  }
}
