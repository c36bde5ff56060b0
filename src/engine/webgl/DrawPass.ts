/** @internal */
import type { Graph } from '../../equation/Graph.js'
import type { Node } from '../../equation/Node.js'

/** What a shader reads: a list of leaves, or a *draft*, a node that an earlier pass of the same leaf has written to a
 *  texture of its own. */
export type Source = Node

/** Where a collective's value lies: a component of a table of totals; its row is 0 for the tree, 1 + i for leaf i. */
export interface TablePlace {
  readonly table: number
  /** 0 to 3. */
  readonly component: number
}

/** Where the collectives of a class lie. */
export type TablePlaces = ReadonlyMap<Node, TablePlace>

/** Some nodes of a graph, computed together. The identity of a pass is the key of the programs made for it. */
export interface DrawPass {
  readonly graph: Graph
  readonly wanted: readonly Node[]
  readonly sources: readonly Source[]
  /** The tables of totals that are read, in the order of their samplers. */
  readonly tables: readonly number[]
  readonly places: TablePlaces
  /** The nodes that are drafts by then. */
  readonly drafts: ReadonlySet<Node>
}

/** Whether a source is a texture of elements. */
export const isElement = (source: Source): boolean => source.op !== 'slot' || source.per === 'element'
