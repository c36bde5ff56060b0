/** @internal */

/** How a tree is built, without its leaves. Keys keep the order of the tree they were read from. */
export type Frame =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'leaf'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly Frame[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Frame[] }

/** The structure of a tree of parameters: one object for equal structures, as long as it is remembered, so that what
 *  follows from it is worked out once. Nothing may depend on two of them never being equal. */
export interface Skeleton {
  readonly frame: Frame
  readonly paths: readonly string[]
  readonly shapes: readonly (readonly number[])[]
  readonly dtypes: readonly string[]
}
