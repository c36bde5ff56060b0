/** @internal */
import type { Write } from '../../equation/Graph.js'
import { argsOf, type Node } from '../../equation/Node.js'
import { rememberedOne } from '../../equation/Program.js'
import { must } from '../../scalars/must.js'
import type { ClassOutline, Folding, Outline } from '../plan/Outline.js'
import { isTotal } from '../../equation/totals.js'
import { nameOf, type WorkList } from '../plan/WorkList.js'
import { kernelOf, type Kernel } from './Kernel.js'

/** An outline for addressable memory: kernels over the elements, and everything that is one number on the host. */
export interface HeapPlan {
  readonly classes: readonly HeapClass[]
  /** The most that a pass is called with: arrays, uniforms and a size. */
  readonly widest: number
}

/** What is done to the leaves of one class. A *cell* is where the host keeps the value of a node. */
export interface HeapClass {
  /** Whether the host has numbers of its own for each leaf, and not only for all of them. */
  readonly isPerLeaf: boolean
  /** The cells before the first phase: literals, and 0 for what is not yet known. */
  readonly start: readonly number[]
  /** For each phase, what the host computes when it begins. */
  readonly host: readonly (readonly HostNode[])[]
  /** For each phase of collectives, its pass. */
  readonly folds: readonly FoldPass[]
  readonly map: Pass
  /** For each store of `map`, the list that is written anew. */
  readonly targets: readonly Target[]
  readonly numbers: readonly NumberWrite[]
}

/** A node that the host computes. */
export interface HostNode {
  readonly node: Node
  readonly cell: number
  /** The cells of its arguments. */
  readonly args: readonly number[]
  /** The sum over the tree that it is, if it is one. */
  readonly total: number | undefined
}

/** A list of tensors that is written anew. */
export interface Target {
  readonly list: WorkList
  /** Its place in the outline's `lists`. */
  readonly place: number
}

/** A slot of one number that is written anew. */
export interface NumberWrite {
  readonly list: WorkList
  readonly cell: number
  readonly per: 'leaf' | 'tree'
}

/** A kernel, and where what it needs comes from. */
export interface Pass {
  readonly kernel: Kernel
  /** For each input, its place in the outline's `lists`. */
  readonly inputs: readonly number[]
  /** For each uniform, its cell. */
  readonly uniforms: readonly number[]
}

export interface FoldPass extends Pass {
  /** What becomes of each fold. */
  readonly results: readonly FoldResult[]
  readonly products: readonly Product[]
}

/** The value of a node, or its square where the node is its root; or a part of a sum over the tree. */
export type FoldResult = { readonly cell: number; readonly isRoot: boolean } | { readonly total: number }

/** A sum over the tree of what the host knows: each leaf adds value × size, or value² × size. */
export interface Product {
  readonly cell: number
  readonly total: number
  readonly isSquare: boolean
}

/** The plan of an outline, made once. */
export const heapPlanOf: (outline: Outline) => HeapPlan = /* @__PURE__ */ rememberedOne(
  (outline: Outline): HeapPlan => {
    const places = new Map(outline.lists.map((list, place) => [nameOf(list), place]))
    const placeOf = (list: WorkList): number => must(places.get(nameOf(list)), 'list')
    const classes = outline.classes.map((one) => heapClass(one, outline.phases, placeOf))
    const passes = classes.flatMap(({ folds, map }) => [...folds, map])
    return { classes, widest: passes.reduce((most, { kernel }) => Math.max(most, widthOf(kernel)), 0) }
  },
)

const widthOf = ({ inputs, stores, uniforms }: Kernel): number => inputs.length + stores.length + uniforms.length + 1

const heapClass = (one: ClassOutline, phases: number, placeOf: (list: WorkList) => number): HeapClass => {
  const { graph, phase, elements, perLeaf, perTree } = one
  const isElement = (node: Node): boolean => graph.reach.get(node) === 'element'
  const kept = graph.nodes.filter((node) => !isElement(node))
  const cells = new Map(kept.map((node, cell) => [node, cell]))
  const cellOf = (node: Node): number => must(cells.get(node), 'cell')
  const foldings = one.foldings.flat()
  const folded = new Set<Node>(foldings.flatMap(({ node, isWide }) => (isWide && !isTotal(node) ? [node] : [])))
  const totals = new Map<Node, number | undefined>(foldings.map(({ node, total }) => [node, total]))
  const pass = (kernel: Kernel): Pass => ({
    kernel,
    inputs: kernel.inputs.map((node) => placeOf(node)),
    uniforms: kernel.uniforms.map(cellOf),
  })
  const numberWrite =
    (per: 'leaf' | 'tree') =>
    ({ list, node }: Write): NumberWrite => ({ list, per, cell: cellOf(node) })
  return {
    isPerLeaf: kept.some((node) => graph.reach.get(node) === 'leaf'),
    start: kept.map((node) => literalIn(node) ?? 0), // what is no literal is computed before it is read
    host: Array.from({ length: phases + 1 }, (_, p) =>
      kept.flatMap((node): readonly HostNode[] =>
        phase.get(node) === p && literalIn(node) === undefined && !folded.has(node)
          ? [{ node, cell: cellOf(node), total: totals.get(node), args: isTotal(node) ? [] : argsOf(node).map(cellOf) }]
          : [],
      ),
    ),
    folds: one.foldings.map((own) => foldPass(own, isElement, cellOf, pass)),
    map: pass(
      kernelOf(
        elements.map(({ node }) => node),
        [],
        isElement,
      ),
    ),
    targets: elements.map(({ list }) => ({ list, place: placeOf(list) })),
    numbers: [...perLeaf.map(numberWrite('leaf')), ...perTree.map(numberWrite('tree'))],
  }
}

const literalIn = (node: Node): number | undefined =>
  node.op === 'uniform' && node.uniform.kind === 'literal' ? Math.fround(node.uniform.value) : undefined

const foldPass = (
  foldings: readonly Folding[],
  isElement: (node: Node) => boolean,
  cellOf: (node: Node) => number,
  pass: (kernel: Kernel) => Pass,
): FoldPass => {
  const wide = foldings.filter(({ isWide }) => isWide)
  return {
    ...pass(
      kernelOf(
        [],
        wide.map(({ fold, operand }) => ({ fold, node: operand })),
        isElement,
      ),
    ),
    results: wide.map(({ node, fold, total }) =>
      total === undefined ? { cell: cellOf(node), isRoot: fold === 'squares' } : { total },
    ),
    products: foldings.flatMap(({ operand, fold, isWide, total }) =>
      isWide || total === undefined ? [] : [{ cell: cellOf(operand), total, isSquare: fold === 'squares' }],
    ),
  }
}
