import type { Tensor } from '@tensorflow/tfjs-core'

/** A tree of parameters: nested records and arrays of tensors; `null` means that nothing is here.
 *
 *  Functions ask for `P & TreeOf<P>` in place of `P extends Tree`, so that records typed by an `interface`, Variables and
 *  tuples are trees as they are. */
export type Tree = Tensor | null | readonly Tree[] | { readonly [key: string]: Tree }

/** What a tree of type `P` must be, member by member: `params: P & TreeOf<P>` takes whatever is made of tensors, `null`,
 *  records (interfaces too), arrays and tuples, and says in a sentence what is not. */
export type TreeOf<P> = Tree extends P
  ? Tree
  : P extends Tensor | null
    ? P
    : P extends (...args: never[]) => unknown
      ? NoTree<'a function is no tree of tensors'>
      : P extends object
        ? { readonly [K in keyof P]: TreeOf<P[K]> }
        : NoTree<'a leaf must be a tensor or null'>

/** What a compile error shows where something is no tree: the sentence `Why`. */
export interface NoTree<Why extends string> {
  readonly 'not a tree of tensors': Why
}

/** The tree `P` with every tensor replaced by an `L`; `null` stays `null`. */
export type Leaves<P, L> = Tree extends P ? LeafTree<L> : LeavesOf<P, L>

/** The tree `P` in which any tensor may be hidden by a mask. */
export type Hidden<P> = Tree extends P ? P : HiddenIn<P>

// Where only the constraint of `P` is known it is any tree, and the recursion would not end.
type LeafTree<L> = L | null | readonly LeafTree<L>[] | { readonly [key: string]: LeafTree<L> }
type LeavesOf<P, L> = P extends Tensor ? L : P extends null ? null : { readonly [K in keyof P]: Leaves<P[K], L> }
type HiddenIn<P> = P extends Tensor ? P | null : P extends null ? null : { readonly [K in keyof P]: Hidden<P[K]> }

/** What the library needs to know of a leaf: a `tf.Tensor`, or an array of the reference interpreters. */
export interface Leaf {
  readonly shape: readonly number[]
  readonly dtype: string
}

/** Whether a value is a leaf. Duck-typed, because two copies of tfjs may live in one program. */
export const isLeaf = (value: unknown): value is Leaf =>
  typeof value === 'object' &&
  value !== null &&
  'dtype' in value &&
  'shape' in value &&
  Array.isArray(value.shape) &&
  typeof value.dtype === 'string'

/** Whether a value is read by key: an object that is no array and no leaf. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLeaf(value)
