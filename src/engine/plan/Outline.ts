/** @internal */
import type { Graph, Write } from '../../equation/Graph.js'
import type { Node } from '../../equation/Node.js'
import type { CollectiveNode } from '../../equation/Node.js'
import type { FoldKind } from './foldOf.js'
import type { WorkList } from './WorkList.js'

/** What a step does, on any device and whichever leaves its classes have: worked out once for each program, mode and
 *  kinds of leaves. Its identity is the key of what an executor makes of it. */
export interface Outline {
  readonly classes: readonly ClassOutline[]
  /** The number of phases of collectives before the last phase, which writes. */
  readonly phases: number
  /** The number of sums over the tree. */
  readonly totals: number
  /** The lists of the work that hold one tensor for each leaf: first the updates, then the parameters. */
  readonly lists: readonly WorkList[]
}

/** What a step does to each leaf of one class. */
export interface ClassOutline {
  readonly graph: Graph
  /** The phase in which each of its nodes is known: all classes go through the phases together. */
  readonly phase: ReadonlyMap<Node, number>
  /** For each phase, the collectives that are folded in it. */
  readonly foldings: readonly (readonly Folding[])[]
  /** The new tensors that are like the parameter, in the order of the graph. */
  readonly elements: readonly Write[]
  /** The new slots of one number for each leaf. */
  readonly perLeaf: readonly Write[]
  /** The new slots of one number for the tree that this class writes: that number is the same in all classes, and the
   *  first one that has it writes it. */
  readonly perTree: readonly Write[]
}

/** A collective, as its operand is folded over each leaf. */
export interface Folding {
  readonly node: CollectiveNode
  readonly operand: Node
  readonly fold: FoldKind
  /** Whether there is one number for each element to fold; else one number stands for all of them. */
  readonly isWide: boolean
  /** The sum over the tree that each leaf adds to; `undefined` for a collective of one leaf. */
  readonly total: number | undefined
}
