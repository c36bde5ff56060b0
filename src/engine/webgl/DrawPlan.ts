/** @internal */
import type { Graph, Write } from '../../equation/Graph.js'
import { must } from '../../scalars/must.js'
import type { Outline } from '../plan/Outline.js'
import type { DrawPass } from './DrawPass.js'
import { fits, passesOf, type Limits } from './passesOf.js'
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
  const { phases, places } = tablesOf(outline, limits)
  const passes: DrawPass[] = phases
    .flat()
    .flatMap(({ members }) => members.flatMap(({ drafts, pass }) => [...drafts, pass]))
  const classes = outline.classes.map(({ graph, elements, perLeaf, perTree }, c): DrawnClass => {
    const split = (writes: readonly Write[]) => {
      const nodes = writes.map(({ node }) => node)
      const { drafts, last } = passesOf(graph, nodes, must(places[c], 'place'), limits)
      passes.push(...drafts, ...last)
      let first = 0
      // passes keep the order of what is wanted
      const own = last.map((pass): WritingPass => ({
        pass,
        writes: writes.slice(first, (first += pass.wanted.length)),
      }))
      return { drafts, last: own }
    }
    const { drafts, last } = split(elements)
    return { graph, drafts, elements: last, perLeaf: split(perLeaf).last, perTree: split(perTree).last }
  })
  return passes.every((pass) => fits(pass, limits)) ? { classes, phases } : undefined
}
