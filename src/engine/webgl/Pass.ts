/** @internal */
import type { Graph } from '../../equation/Graph.js'

/** What a shader reads. A `draft` is a node that an earlier pass of the same leaf has written to a texture of its
 *  own. */
export type Source =
  | { readonly kind: 'update' | 'param' }
  | { readonly kind: 'slot'; readonly stage: number; readonly name: string; readonly per: 'element' | 'leaf' | 'tree' }
  | { readonly kind: 'draft'; readonly node: number }

/** Where a collective's value lies: a component of a table of totals; its row is 0 for the tree, 1 + i for leaf i. */
export interface Place {
  readonly table: number
  readonly component: 0 | 1 | 2 | 3
}

/** Some nodes of a graph, computed together. The identity of a pass is the key of the programs made for it. */
export interface Pass {
  readonly graph: Graph
  readonly wanted: readonly number[]
  readonly sources: readonly Source[]
  /** The tables of totals that are read, in the order of their samplers. */
  readonly tables: readonly number[]
  readonly places: ReadonlyMap<number, Place>
  /** The nodes that are drafts by then. */
  readonly drafts: ReadonlySet<number>
}

/** Whether a source is a texture of elements. */
export const isElement = (source: Source): boolean => source.kind !== 'slot' || source.per === 'element'
