/** @internal */
import type { Node, Reach } from './Graph.js'
import { isLeafCollective, isTreeCollective } from './operations.js'

/** Reaches by width. */
export const width: Readonly<Record<Reach, number>> = { tree: 0, leaf: 1, element: 2 }

/** The nodes that a node is computed from. */
export const argsOf = (node: Node): readonly number[] => ('args' in node ? node.args : [])

/** How far each node reaches: as far as the widest of its arguments, but a sum is one number. */
export const reaches = (nodes: readonly Node[]): readonly Reach[] => {
  const reach: Reach[] = []
  for (const node of nodes) {
    const widest = argsOf(node).reduce<Reach>(
      (far, a) => (width[reach[a] ?? 'tree'] > width[far] ? (reach[a] ?? far) : far),
      'tree',
    )
    reach.push(
      node.op === 'update' || node.op === 'param'
        ? 'element'
        : node.op === 'slot'
          ? node.per
          : node.op === 'leafSize' || isLeafCollective(node.op)
            ? 'leaf'
            : isTreeCollective(node.op)
              ? 'tree'
              : widest,
    )
  }
  return reach
}
