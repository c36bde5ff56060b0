/** @internal */
import { must } from '../scalars/must.js'
import { argsOf, type Node } from './Node.js'
import { isLeafCollective, isTreeCollective } from './operations.js'
import type { Slot } from './Slot.js'

/** How far a node's value reaches: one number for each element, for each leaf, or for the whole tree. */
export type Reach = Slot['per']

/** Reaches by width. */
export const width: Readonly<Record<Reach, number>> = { tree: 0, leaf: 1, element: 2 }

/** The wider of two. */
export const wider = (a: Reach, b: Reach): Reach => (width[b] > width[a] ? b : a)

/** How far each node reaches: as far as the widest of its arguments, but a sum is one number. `nodes` come each after its
 *  arguments. */
export const reaches = (nodes: readonly Node[]): ReadonlyMap<Node, Reach> => {
  const reach = new Map<Node, Reach>()
  for (const node of nodes) reach.set(node, reachOf(node, reach))
  return reach
}

const reachOf = (node: Node, reach: ReadonlyMap<Node, Reach>): Reach => {
  if (node.op === 'update' || node.op === 'param') return 'element'
  if (node.op === 'slot') return node.per
  if (node.op === 'leafSize' || isLeafCollective(node.op)) return 'leaf'
  if (isTreeCollective(node.op)) return 'tree'
  let far: Reach = 'tree'
  for (const arg of argsOf(node)) far = wider(far, must(reach.get(arg), 'reach'))
  return far
}
