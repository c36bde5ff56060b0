/** @internal */
import type { Node } from './Node.js'
import { isTreeCollective, type TreeCollective } from './operations.js'

/** A sum over the tree, or the root of one. */
export type TotalNode = Extract<Node, { op: TreeCollective }>

export const isTotal = (node: Node): node is TotalNode => isTreeCollective(node.op)

/** The name of a sum over the tree: leaves of all classes add to it. */
export const totalOf = ({ stage, ordinal }: TotalNode): string => `${stage} ${ordinal}`
