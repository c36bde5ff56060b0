/** @internal */
import type { TreeCollective } from '../../equation/operations.js'
import type { Graph, Node } from '../../equation/Graph.js'
import { isLeafCollective, isTreeCollective } from '../../equation/operations.js'
import { argsOf } from './Kernel.js'

/** When the nodes of several graphs are known, if all graphs go through the same phases together. */
export interface Levels {
  /** For each graph and node, the phase in which it is known. */
  readonly of: readonly (readonly number[])[]
  /** The number of phases of collectives before the last phase. */
  readonly count: number
  /** The sums over the tree, in the order of their numbers. */
  readonly totals: readonly string[]
}

/** Whether a node is a sum over the tree, or the root of one. */
export const isTotal = (node: Node): node is Extract<Node, { op: TreeCollective }> => isTreeCollective(node.op)

/** The name of a sum over the tree: leaves of all classes add to it. */
export const totalOf = ({ stage, ordinal }: Extract<Node, { op: TreeCollective }>): string => `${stage} ${ordinal}`

/** The phases of the graphs of all classes. A sum over the tree is known when its last class has added to it, which can
 *  be later than one class alone would say: where another class has a collective before it. */
export const levelsOf = (graphs: readonly Graph[]): Levels => {
  const known = new Map<string, number>()
  for (;;) {
    let settled = true
    const of = graphs.map(({ nodes }) => {
      const levels: number[] = []
      for (const node of nodes) {
        const before = argsOf(node).reduce((level, a) => Math.max(level, levels[a] ?? 0), 0)
        if (isTotal(node)) {
          const level = Math.max(known.get(totalOf(node)) ?? 0, before + 1)
          if (level !== known.get(totalOf(node))) settled = false
          known.set(totalOf(node), level)
          levels.push(level)
        } else levels.push(isLeafCollective(node.op) ? before + 1 : before)
      }
      return levels
    })
    // Ends: the equations' order is one order for all classes, so no sum waits for itself.
    if (settled)
      return { of, count: of.flat().reduce((most, level) => Math.max(most, level), 0), totals: [...known.keys()] }
  }
}
