/** @internal */
import { graphOf, type Graph } from '../../equation/Graph.js'
import { sizeOf } from '../../equation/interpret.js'
import { rememberedOne } from '../../equation/Program.js'
import type { Stage } from '../../equation/Stage.js'
import { classesOf, kindOf, type LeafClass, type Work } from '../../equation/Work.js'
import { boundedMemory } from '../../tree/boundedMemory.js'
import type { Leaf } from '../../tree/Tree.js'
import { isCollective, isLeafCollective } from '../../equation/operations.js'
import { foldOf } from './foldOf.js'
import type { Fold, Kernel } from './Kernel.js'
import { isTotal, levelsOf, totalOf } from './levelsOf.js'
import { lowered, type Lowered, type Source } from './lowered.js'

/** What a fused step does, worked out once for each program, skeleton and pattern of gradients. */
export interface FusedPlan {
  readonly classes: readonly ClassPlan[]
  /** The number of phases of collectives. */
  readonly levels: number
  readonly totals: number
  /** The lists of leaves of a work that hold one tensor for each leaf. */
  readonly lists: readonly Source[]
  /** The lists that are written anew, as places in `lists`: first the new leaves, if any are. */
  readonly targets: readonly number[]
  /** The slots of one number that are written anew. */
  readonly numbers: readonly Numbers[]
  readonly leafTarget: boolean
  /** The most that a pass is called with: arrays, uniforms and a size. */
  readonly widest: number
  /** The number of elements of each leaf. */
  readonly sizes: readonly number[]
}

export interface Numbers {
  readonly stage: number
  readonly name: string
}

/** What a fused step does to the leaves of one class. */
export interface ClassPlan {
  readonly leaves: readonly number[]
  readonly graph: Graph
  /** Whether the host has numbers of its own for each leaf, and not only for all of them. */
  readonly perLeaf: boolean
  /** The host's values before the first phase: the literals. */
  readonly literals: readonly number[]
  /** For each phase, the nodes that the host computes when it begins. */
  readonly host: readonly (readonly number[])[]
  /** For each phase of collectives, its pass. */
  readonly folds: readonly FoldPass[]
  readonly map: Pass
  /** For each store of `map`, the place in `targets`. */
  readonly targets: readonly number[]
  readonly numbers: readonly { readonly node: number; readonly per: 'leaf' | 'tree'; readonly number: number }[]
  /** The place in `totals` of each sum over the tree, by node. */
  readonly totals: ReadonlyMap<number, number>
}

/** A pass, its inputs as places in `lists`. */
export interface Pass extends Lowered {
  readonly inputs: readonly number[]
}

export interface FoldPass extends Pass {
  /** What becomes of each fold. */
  readonly results: readonly FoldResult[]
  readonly products: readonly Product[]
}

/** The value of a node, or its square where the node is its root; or a part of a sum over the tree. */
type FoldResult = { readonly node: number; readonly root: boolean } | { readonly total: number }

/** A sum over the tree of what the host knows: each leaf adds value × size, or value² × size. */
interface Product {
  readonly node: number
  readonly total: number
  readonly square: boolean
}

/** The plan of a work. */
export const planOf = (work: Work<Leaf>): FusedPlan => {
  const classes = classesOf(work)
  const known = plans[work.mode]
  const found = known.get(classes)
  if (found !== undefined) return found
  const made = placed(draftOf(work, classes), work, classes)
  known.set(classes, made)
  return made
}

// The classes of a work are one object for each program, skeleton and pattern of gradients.
const plans = {
  update: new WeakMap<readonly LeafClass[], FusedPlan>(),
  step: new WeakMap<readonly LeafClass[], FusedPlan>(),
}

/** All of a plan that does not depend on which leaves a class has: where experts take turns, there are many patterns of
 *  gradients, and few kinds of leaves. */
const draftOf = ({ stages, mode }: Work<Leaf>, classes: readonly LeafClass[]): Draft =>
  drafts(stages)(`${mode} ${classes.map(kindOf).join()}`, () => drafted(stages, mode, classes))

const drafts = rememberedOne((_stages: readonly Stage[]) => boundedMemory<Draft>(64))

type Draft = Omit<FusedPlan, 'classes' | 'sizes'> & { readonly classes: readonly Omit<ClassPlan, 'leaves'>[] }

const placed = (draft: Draft, { skeleton }: Work<Leaf>, classes: readonly LeafClass[]): FusedPlan => ({
  ...draft,
  classes: draft.classes.map((one, c) => ({ ...one, leaves: classes[c]?.leaves ?? [] })),
  sizes: skeleton.shapes.map(sizeOf),
})

const drafted = (stages: readonly Stage[], mode: Work<Leaf>['mode'], classes: readonly LeafClass[]): Draft => {
  const graphs = classes.map((one) => graphOf(stages, one, mode))
  const levels = levelsOf(graphs)
  const lists: Source[] = ['update', 'param']
  stages.forEach(({ equation: { slots } }, stage) => {
    for (const name in slots) if (slots[name]?.per === 'element') lists.push({ stage, name })
  })
  const listOf = (source: Source): number =>
    lists.findIndex(
      (list) =>
        list === source ||
        (typeof list !== 'string' &&
          typeof source !== 'string' &&
          list.stage === source.stage &&
          list.name === source.name),
    )
  const targets = placesOf<number>()
  const leafTarget = graphs.some(({ leaf }) => leaf !== 'kept')
  const leafList = mode === 'step' ? 1 : 0
  if (leafTarget) targets.of(leafList)
  const numbers = placesOf<string>()
  const seen = new Set<string>()
  const made = graphs.map((graph, c): Omit<ClassPlan, 'leaves'> => {
    const level = levels.of[c] ?? []
    const pass = (part: Lowered): Pass => ({ ...part, inputs: part.sources.map(listOf) })
    const elements = graph.outputs.filter(({ target }) => target.kind === 'leaf' || target.per === 'element')
    return {
      graph,
      perLeaf: graph.reach.includes('leaf'),
      literals: graph.nodes.map((_node, id) => literalOf(graph, id) ?? 0),
      host: Array.from({ length: levels.count + 1 }, (_, l) =>
        graph.nodes.flatMap((_node, id) =>
          level[id] === l && isHost(graph, id) && literalOf(graph, id) === undefined ? [id] : [],
        ),
      ),
      folds: Array.from({ length: levels.count }, (_, l) => foldPass(graph, level, l, levels.totals, pass)),
      map: pass(
        lowered(
          graph,
          elements.map(({ node }) => node),
          [],
        ),
      ),
      targets: elements.map(({ target }) => targets.of(target.kind === 'leaf' ? leafList : listOf(target))),
      numbers: graph.outputs.flatMap(({ target, node }) => {
        if (target.kind === 'leaf' || target.per === 'element') return []
        const name = JSON.stringify({ stage: target.stage, name: target.name })
        // One number for the tree is the same in all classes: the first one writes it.
        if (target.per === 'tree' && seen.has(name)) return []
        seen.add(name)
        return [{ node, per: target.per, number: numbers.of(name) }]
      }),
      totals: new Map(
        graph.nodes.flatMap((node, id) => (isTotal(node) ? [[id, levels.totals.indexOf(totalOf(node))] as const] : [])),
      ),
    }
  })
  return {
    classes: made,
    levels: levels.count,
    totals: levels.totals.length,
    widest: made
      .flatMap(({ folds, map }) => [...folds, map])
      .reduce((most, { kernel }) => Math.max(most, widthOf(kernel)), 0),
    lists,
    leafTarget,
    targets: targets.all,
    numbers: numbers.all.map((name) => JSON.parse(name) as Numbers), // written above
  }
}

const widthOf = ({ inputs, stores, uniforms }: Kernel): number => inputs + stores.length + uniforms + 1

const literalOf = (graph: Graph, id: number): number | undefined => {
  const node = graph.nodes[id]
  const uniform = node?.op === 'uniform' ? graph.uniforms[node.uniform] : undefined
  return uniform?.kind === 'literal' ? Math.fround(uniform.value) : undefined
}

/** Whether the host computes a node: it does not differ from element to element, and is no fold over elements. */
const isHost = (graph: Graph, id: number): boolean => {
  const node = graph.nodes[id]
  if (node === undefined || graph.reach[id] === 'element') return false
  return !('args' in node && isLeafCollective(node.op) && graph.reach[node.args[0]] === 'element')
}

const foldPass = (
  graph: Graph,
  level: readonly number[],
  phase: number,
  totals: readonly string[],
  pass: (part: Lowered) => Pass,
): FoldPass => {
  const results: FoldResult[] = []
  const products: Product[] = []
  const folds: Fold[] = []
  graph.nodes.forEach((node: Graph['nodes'][number], id) => {
    if (level[id] !== phase + 1 || !('args' in node) || !isCollective(node.op)) return
    const [arg] = node.args
    const fold = foldOf(node.op)
    const total = isTotal(node) ? totals.indexOf(totalOf(node)) : -1
    if (graph.reach[arg] === 'element') {
      folds.push({ fold, node: arg })
      results.push(total < 0 ? { node: id, root: fold === 'squares' } : { total })
    } else if (total >= 0) products.push({ node: arg, total, square: fold === 'squares' })
  })
  return { ...pass(lowered(graph, [], folds)), results, products }
}

/** A growing list in which each thing has one place. */
const placesOf = <A>() => {
  const all: A[] = []
  return {
    all,
    of: (one: A): number => {
      const found = all.indexOf(one)
      return found >= 0 ? found : all.push(one) - 1
    },
  }
}
