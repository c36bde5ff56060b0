/** @internal */
import { graphOf, type Graph, type Output } from '../../equation/Graph.js'
import { rememberedOne } from '../../equation/Program.js'
import type { Stage } from '../../equation/Stage.js'
import { kindOf, type LeafClass, type Work } from '../../equation/Work.js'
import { boundedMemory } from '../../tree/boundedMemory.js'
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
  const { draft } = drafts(limits)(work.stages)(`${work.mode} ${classes.map(kindOf).join()}`, () => ({
    draft: drafted(work, classes, limits),
  }))
  return draft === undefined ? undefined : placed(draft, classes)
}

// All of a plan that does not depend on which leaves a class has: passes are the same objects, and their programs known.
const drafts = rememberedOne((_limits: Limits) =>
  rememberedOne((_stages: readonly Stage[]) => boundedMemory<{ readonly draft: Plan | undefined }>(64)),
)

/** A plan for other leaves of the same kinds. */
const placed = ({ classes, phases, perTree }: Plan, given: readonly LeafClass[]): Plan => {
  const leavesOf = (c: number): readonly number[] => given[c]?.leaves ?? []
  return {
    classes: classes.map((one, c) => ({ ...one, leaves: leavesOf(c) })),
    phases: phases.map((tables) =>
      tables.map((table) => ({
        ...table,
        members: table.members.map((member) => ({ ...member, leaves: leavesOf(member.inClass) })),
      })),
    ),
    perTree,
  }
}

const drafted = (
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
