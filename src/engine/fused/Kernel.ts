/** @internal */
import {
  type Binary,
  type Comparison,
  type Connective,
  givesCondition,
  type Negation,
  type Test,
  type Unary,
} from '../../equation/operations.js'

/** A node of a kernel: one number or one condition for each element; `args` are indices of earlier nodes. */
export type KernelNode =
  | { readonly op: 'input'; readonly input: number }
  /** A number that is given with each call. */
  | { readonly op: 'number'; readonly uniform: number }
  /** A condition that is given with each call, as 1 or 0. */
  | { readonly op: 'condition'; readonly uniform: number }
  | { readonly op: Unary | Test | Negation; readonly args: readonly [number] }
  | { readonly op: Binary | Comparison | Connective; readonly args: readonly [number, number] }
  | { readonly op: 'where'; readonly args: readonly [number, number, number] }

/** One pass over the elements of a leaf: what backends compile. */
export interface Kernel {
  /** Equal keys mean equal programs. */
  readonly key: string
  readonly nodes: readonly KernelNode[]
  readonly inputs: number
  readonly uniforms: number
  /** The nodes that are written, one array each. An array written may be one of those read, whole, and no other way. */
  readonly stores: readonly number[]
  /** The nodes that are folded to one number each. */
  readonly folds: readonly Fold[]
}

/** `squares`: the sum of the squares, squared and summed in double, where those of float32 stay within range. */
export interface Fold {
  readonly fold: 'sum' | 'max' | 'squares'
  readonly node: number
}

/** The leaves that a kernel is run over, one after the other. Arrays are whatever the backend calls them. */
export interface Batch<R> {
  readonly leaves: readonly number[]
  /** The number of elements of each leaf, by leaf. */
  readonly sizes: readonly number[]
  /** For each input, the arrays by leaf. */
  readonly read: readonly (readonly (R | null)[])[]
  /** For each store, the arrays by leaf. */
  readonly written: readonly (readonly (R | null)[])[]
  /** The uniforms of the leaf at a place in `leaves`; the same list for all of them, where they do not differ. */
  readonly uniforms: (place: number) => readonly number[]
}

/** Runs a kernel: writes what it stores, returns its folds for each leaf of the batch, one after the other. Leaves
 *  without elements are passed over. */
export type Run<R> = (batch: Batch<R>) => readonly number[]

/** The arrays of a leaf that a kernel needs. */
export const arrayAt = <R>(list: readonly (R | null)[] | undefined, leaf: number): R => {
  const array = list?.[leaf]
  if (array === null || array === undefined)
    throw new TypeError('a leaf is missing in a state: was the state made by this optimizer?')
  return array
}

/** What folds start from, and are for leaves without elements. */
export const startOf = ({ fold }: Fold): number => (fold === 'max' ? Number.NEGATIVE_INFINITY : 0)

/** The operations whose value is a condition. */
export const isCondition = (op: string): boolean => op === 'condition' || givesCondition(op)

/** The arguments of a node. */
// `args` of nodes are lists of indices
export const argsOf = (node: object): readonly number[] => ('args' in node ? (node.args as readonly number[]) : [])

/** How often each node is used. */
export const usesOf = ({ nodes, stores, folds }: Kernel): readonly number[] => {
  const uses = nodes.map(() => 0)
  const use = (id: number): void => {
    uses[id] = (uses[id] ?? 0) + 1
  }
  for (const node of nodes) argsOf(node).forEach(use)
  stores.forEach(use)
  folds.forEach(({ node }) => use(node))
  return uses
}
