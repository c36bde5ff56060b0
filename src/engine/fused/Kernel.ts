/** @internal */
import { type InputNode, isInput, type Node, nodesBelow } from '../../equation/Node.js'
import { givesCondition } from '../../equation/operations.js'
import { textOfNodes } from '../../equation/textOfNodes.js'
import type { FoldKind } from '../plan/foldOf.js'

/** One pass over the elements of a leaf: what backends compile. */
export interface Kernel {
  /** Equal keys mean equal programs. */
  readonly key: string
  /** What is computed for each element, each after its arguments. */
  readonly nodes: readonly Node[]
  /** What is read, one array each. */
  readonly inputs: readonly InputNode[]
  /** What is the same for all elements: its value is given with each call, a condition as 1 or 0. How it came about is no
   *  part of the kernel. */
  readonly uniforms: readonly Node[]
  /** The nodes that are written, one array each. An array written may be one of those read, whole, and no other way. */
  readonly stores: readonly Node[]
  /** The nodes that are folded to one number each. */
  readonly folds: readonly Fold[]
}

/** `squares`: squared and summed in double, where those of float32 stay within range. */
export interface Fold {
  readonly fold: FoldKind
  readonly node: Node
}

/** The kernel that stores and folds some nodes. What does not differ from element to element is computed before it,
 *  once. */
export const kernelOf = (
  stores: readonly Node[],
  folds: readonly Fold[],
  isElement: (node: Node) => boolean,
): Kernel => {
  const isGiven = (node: Node): boolean => !isElement(node)
  const results = [...stores, ...folds.map(({ node }) => node)]
  const all = nodesBelow(results, isGiven)
  const [inputs, uniforms, nodes]: [InputNode[], Node[], Node[]] = [[], [], []]
  for (const node of all)
    if (isGiven(node)) uniforms.push(node)
    else if (isInput(node)) inputs.push(node)
    else nodes.push(node)
  const head = (node: Node): string =>
    isGiven(node) ? (givesCondition(node.op) ? 'condition' : 'number') : isInput(node) ? 'input' : node.op
  return {
    nodes,
    inputs,
    uniforms,
    stores,
    folds,
    // inputs and uniforms are numbered as they come
    key: `${textOfNodes(all, results, head, isGiven)} ${stores.length} ${folds.map(({ fold }) => fold).join()}`,
  }
}

/** Runs a kernel on one leaf that has elements: writes what it stores, returns its folds. `lists` are the arrays by leaf, whatever
 *  the backend calls them: first of what is read, then of what is written. */
export type Run<R> = (
  lists: readonly (readonly (R | null)[])[],
  leaf: number,
  size: number,
  uniforms: readonly number[],
) => Folded

/** What WebAssembly gives for any number of folds. */
export type Folded = number | readonly number[] | undefined

/** What folds start from, and are for leaves without elements. */
export const startOf = ({ fold }: Pick<Fold, 'fold'>): number => (fold === 'max' ? Number.NEGATIVE_INFINITY : 0)
