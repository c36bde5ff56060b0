/** @internal */
import type { Node } from '../../equation/Node.js'
import { isCollective } from '../../equation/operations.js'
import { rememberedOne } from '../../equation/Program.js'
import { must } from '../../scalars/must.js'
import type { FoldKind } from '../plan/foldOf.js'
import type { ClassOutline, Outline } from '../plan/Outline.js'
import { nameOf, type WorkList } from '../plan/WorkList.js'
import { hostNode, type HostNode } from './hostNode.js'
import { type Fold, kernelOf, type Kernel } from './Kernel.js'

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
  readonly cellOf: (node: Node) => number
  /** What the host computes before anything else, once for all leaves. */
  readonly once: readonly HostNode[]
  /** For each phase, what the host computes when it begins. */
  readonly host: readonly (readonly HostNode[])[]
  /** For each phase of collectives, its pass. */
  readonly folds: readonly FoldPass[]
  readonly map: Pass
  /** For each store of `map`, the place in the outline's `lists` of what is written anew. */
  readonly targets: readonly number[]
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
  readonly foldings: readonly HeapFolding[]
}

/** A collective of one phase. */
export interface HeapFolding {
  readonly fold: FoldKind
  readonly cell: number
  /** The cell of the one number that stands for all elements; `undefined` where the kernel folds them. */
  readonly from: number | undefined
  /** The sum over the tree that each leaf adds to; `undefined` for a collective of one leaf. */
  readonly total: number | undefined
}

/** The plan of an outline, made once. */
export const heapPlanOf: (outline: Outline) => HeapPlan = /* @__PURE__ */ rememberedOne(
  (outline: Outline): HeapPlan => {
    const places = new Map(outline.lists.map((list, place) => [nameOf(list), place]))
    const placeOf = (list: WorkList): number => must(places.get(nameOf(list)), 'list')
    const classes = outline.classes.map((one) => heapClass(one, placeOf))
    const passes = classes.flatMap(({ folds, map }) => [...folds, map])
    return { classes, widest: Math.max(...passes.map(({ kernel }) => widthOf(kernel))) }
  },
)

const widthOf = ({ inputs, stores, uniforms }: Kernel): number => inputs.length + stores.length + uniforms.length + 1

const heapClass = (
  { graph: { nodes, reach }, phase, foldings, elements }: ClassOutline,
  placeOf: (list: WorkList) => number,
): HeapClass => {
  const isElement = (node: Node): boolean => reach.get(node) === 'element'
  const kept = nodes.filter((node) => !isElement(node))
  const cells = new Map(kept.map((node, cell) => [node, cell]))
  const cellOf = (node: Node): number => must(cells.get(node), 'cell')
  const isOnce = (node: Node): boolean => phase.get(node) === 0 && reach.get(node) === 'tree'
  const hosted = (isWanted: (node: Node) => boolean): readonly HostNode[] =>
    kept.filter((node) => isWanted(node) && !isCollective(node.op)).map((node) => hostNode(node, cellOf))
  const pass = (stores: readonly Node[], folds: readonly Fold[]): Pass => {
    const kernel = kernelOf(stores, folds, isElement)
    return {
      kernel,
      inputs: kernel.inputs.map(placeOf),
      uniforms: kernel.uniforms.map(cellOf),
    }
  }
  return {
    isPerLeaf: kept.some((node) => reach.get(node) === 'leaf'),
    cellOf,
    once: hosted(isOnce),
    host: [...foldings, []].map((_, p) => hosted((node) => phase.get(node) === p && !isOnce(node))),
    folds: foldings.map((all) => ({
      ...pass(
        [],
        all.filter(({ isWide }) => isWide).map(({ fold, operand }) => ({ fold, node: operand })),
      ),
      foldings: all.map(({ node, operand, fold, total }) => ({
        fold,
        cell: cellOf(node),
        from: cells.get(operand),
        total,
      })),
    })),
    map: pass(
      elements.map(({ node }) => node),
      [],
    ),
    targets: elements.map(({ list }) => placeOf(list)),
  }
}
