/** @internal */
import type { Graph, Write } from '../../equation/Graph.js'
import { must } from '../../scalars/must.js'
import type { ClassOutline, Outline } from '../plan/Outline.js'
import type { DrawPass, TablePlaces } from './DrawPass.js'
import { passesOf, type Limits } from './passesOf.js'
import { tablesOf, type Table } from './tablesOf.js'

/** An outline for draws. */
export interface DrawPlan {
  readonly classes: readonly DrawnClass[]
  /** In phases: a table reads only tables of earlier phases. */
  readonly phases: readonly (readonly Table[])[]
}

/** What is drawn for the leaves of one class in the last phase. */
export interface DrawnClass {
  readonly graph: Graph
  /** Drawn over the elements of each leaf. */
  readonly drafts: readonly DrawPass[]
  readonly elements: readonly WritingPass[]
  /** Drawn over one texel for each leaf. */
  readonly perLeaf: readonly WritingPass[]
  /** Drawn over one texel for the tree. */
  readonly perTree: readonly WritingPass[]
}

/** A pass that writes results: one target for each. */
export interface WritingPass {
  readonly pass: DrawPass
  readonly writes: readonly Write[]
}

/** The plan of an outline; `undefined` where an equation does not fit into shaders. */
export const drawPlanOf = (outline: Outline, limits: Limits): DrawPlan | undefined => {
  const tables = tablesOf(outline, limits)
  if (tables === undefined) return undefined
  const classes: DrawnClass[] = []
  for (const [c, one] of outline.classes.entries()) {
    const drawn = drawnClass(one, must(tables.places[c], 'place'), limits)
    if (drawn === undefined) return undefined
    classes.push(drawn)
  }
  return { classes, phases: tables.phases }
}

const drawnClass = (
  { graph, elements, perLeaf, perTree }: ClassOutline,
  places: TablePlaces,
  limits: Limits,
): DrawnClass | undefined => {
  if (graph.uniforms.length > mostUniforms) return undefined
  const split = (writes: readonly Write[]) => {
    const nodes = writes.map(({ node }) => node)
    const passes = passesOf(graph, nodes, places, limits)
    if (passes === undefined) return undefined
    let first = 0
    return {
      drafts: passes.drafts,
      // passes keep the order of what is wanted
      last: passes.last.map((pass): WritingPass => ({
        pass,
        writes: writes.slice(first, (first += pass.wanted.length)),
      })),
    }
  }
  const [own, leaves, tree] = [split(elements), split(perLeaf), split(perTree)]
  if (own === undefined || leaves === undefined || tree === undefined) return undefined
  return { graph, drafts: own.drafts, elements: own.last, perLeaf: leaves.last, perTree: tree.last }
}

/** WebGL 2 has 224 vectors of uniforms at least; the leaves of a draw need fewer than 80 of them. */
const mostUniforms = 4 * 128
