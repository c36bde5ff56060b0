/** @internal */
import type { LeafCollective, One, TreeCollective, Two } from './operations.js'
import type { Slot } from './Slot.js'

/** A node of an equation, a graph or a kernel: what is computed, from what. Nodes are told apart by reference; equal ones
 *  of one graph are one object (`nodeBuilder.ts`). Conditions are nodes too, told apart by their operation. */
export type Node =
  | { readonly op: 'uniform'; readonly uniform: Uniform }
  | { readonly op: 'update' | 'param' }
  | { readonly op: 'leafSize' }
  | { readonly op: 'slot'; readonly stage: number; readonly name: string; readonly per: Slot['per'] }
  | { readonly op: One; readonly args: readonly [Node] }
  | { readonly op: Two; readonly args: readonly [Node, Node] }
  | { readonly op: 'where'; readonly args: readonly [Node, Node, Node] }
  | { readonly op: LeafCollective; readonly args: readonly [Node] }
  /** Keyed by stage and ordinal, not by its operand: leaves of different classes share one sum. */
  | { readonly op: TreeCollective; readonly stage: number; readonly ordinal: number; readonly args: readonly [Node] }

/** A number that is given with each call: a literal of the equation, or a scalar of the step. Never part of a program's
 *  text. */
export type Uniform =
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'scalar'; readonly stage: number; readonly name: string }

/** A node that is read: it names the list of leaves where it stands. */
export type InputNode = Extract<Node, { op: 'update' | 'param' | 'slot' }>

export const isInput = (node: Node): node is InputNode =>
  node.op === 'update' || node.op === 'param' || node.op === 'slot'

/** A node that is computed from others. */
export type Call = Extract<Node, { args: unknown }>

/** One number of many, for a leaf or for the tree. */
export type CollectiveNode = Extract<Node, { op: LeafCollective | TreeCollective }>

/** The nodes that a node is computed from. */
export const argsOf = (node: Node): readonly Node[] => ('args' in node ? node.args : none)

const none: readonly Node[] = []

/** The nodes that some nodes are computed from, and they themselves, each after its arguments. What `ends` says is not
 *  looked into. */
export const nodesBelow = (roots: readonly Node[], ends: (node: Node) => boolean = () => false): readonly Node[] => {
  const done = new Set<Node>()
  const open = roots.toReversed()
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const waiting = open.length
    const args = done.has(node) || ends(node) ? none : argsOf(node)
    // the first argument is looked into first
    for (let a = args.length - 1; a >= 0; a--) {
      const arg = args[a] as Node // counted
      if (!done.has(arg)) open.push(arg)
    }
    if (open.length === waiting) {
      open.pop()
      done.add(node)
    }
  }
  return [...done]
}
