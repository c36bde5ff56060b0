/** @internal */

/** How a tree is built: the tree itself, with the number of each leaf in its place. Keys keep the order of the tree that
 *  they were read from. */
export type Frame = number | null | readonly Frame[] | { readonly [key: string]: Frame }

/** Whether the container of a frame is an array. */
export const isList = (frame: Frame): frame is readonly Frame[] => Array.isArray(frame)

/** The structure of a tree of parameters: one object for equal structures, as long as it is remembered, so that what
 *  follows from it is worked out once. Nothing may depend on two of them never being equal. */
export interface Skeleton {
  readonly frame: Frame
  readonly paths: readonly string[]
  readonly shapes: readonly (readonly number[])[]
  readonly dtypes: readonly string[]
}
