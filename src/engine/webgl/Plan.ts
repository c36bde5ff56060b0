/** @internal */
import { graphOf, type Graph, type Output } from '../../equation/Graph.js'
import type { LeafClass, Work } from '../../equation/Work.js'
import type { Leaf } from '../../tree/Tree.js'
import { passesOf, type Limits } from './passesOf.js'
import type { Pass } from './Pass.js'
import { tablesOf, type Table } from './tablesOf.js'

/** What is done to the leaves of one class in the last phase. */
export interface ClassPlan {
  readonly leaves: readonly number[]
  readonly graph: Graph
  /** Drawn over the elements of each leaf. */
  readonly drafts: readonly Pass[]
  readonly elements: readonly Pass[]
  /** Drawn over one texel for each leaf. */
  readonly perLeaf: readonly Pass[]
}

/** Everything that a step does on WebGL, for one list of stages and one structure of leaves. */
export interface Plan {
  readonly classes: readonly ClassPlan[]
  /** In phases: a table reads only tables of earlier phases. */
  readonly phases: readonly (readonly Table[])[]
  /** Drawn over one texel for the tree. */
  readonly perTree: readonly TreePass[]
}

/** A pass over the numbers of the tree; the equations of any class give them. */
export interface TreePass {
  readonly inClass: number
  readonly pass: Pass
  readonly outputs: readonly Output[]
}

/** The plan of a work; `undefined` where an equation does not fit into shaders. */
export const planOf = (
  work: Pick<Work<Leaf>, 'stages' | 'mode'>,
  classes: readonly LeafClass[],
  limits: Limits,
): Plan | undefined => {
  const graphs = classes.map((leafClass) => graphOf(work.stages, leafClass, work.mode))
  const tables = tablesOf(graphs, classes, limits)
  if (tables === undefined) return undefined
  const split = (graph: Graph, c: number, outputs: readonly Output[]) =>
    passesOf(
      graph,
      outputs.map(({ node }) => node),
      tables.places[c] ?? new Map(),
      limits,
    )
  const plans: ClassPlan[] = []
  const perTree: TreePass[] = []
  const done = new Set<string>()
  for (const [c, graph] of graphs.entries()) {
    const trees = graph.outputs.filter(({ target }) => {
      if (target.kind === 'leaf' || target.per !== 'tree') return false
      const key = `${target.stage} ${target.name}`
      return done.has(key) ? false : done.add(key)
    })
    const elements = split(graph, c, graph.outputs.filter(isPerElement))
    const leaves = split(
      graph,
      c,
      graph.outputs.filter(({ target }) => target.kind === 'slot' && target.per === 'leaf'),
    )
    const tree = split(graph, c, trees)
    if (elements === undefined || leaves === undefined || tree === undefined || graph.uniforms.length > mostUniforms)
      return undefined
    plans.push({
      leaves: classes[c]?.leaves ?? [],
      graph,
      drafts: elements.drafts,
      elements: elements.last,
      perLeaf: leaves.last,
    })
    let first = 0
    for (const pass of tree.last)
      perTree.push({ inClass: c, pass, outputs: trees.slice(first, (first += pass.wanted.length)) })
  }
  return { classes: plans, phases: tables.phases, perTree }
}

/** WebGL 2 has 224 vectors of uniforms at least; the leaves of a draw need fewer than 80 of them. */
const mostUniforms = 4 * 128

/** Whether an output is a tensor like the parameter. */
export const isPerElement = ({ target }: Output): boolean => target.kind === 'leaf' || target.per === 'element'
