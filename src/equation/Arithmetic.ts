import type { Elementwise } from './operations.js'

/** The algebra in which equations are written. Two sorts, so that a number is no condition: `A` is a number for each
 *  element (or one for each leaf, or one for the tree, spread over the elements), `B` is a condition for each element.
 *
 *  An equation is rank 2: it is given an `Arithmetic<A, B>` for every `A` and `B`, so it cannot look inside, and every
 *  interpreter sees the same term. The operations on elements and their meanings stand in one table, `operations.ts`. */
export interface Arithmetic<A, B> extends Elementwise<A, B> {
  readonly lit: (x: number) => A
  readonly where: (condition: B, a: A, b: A) => A
  /** The number of elements of the leaf. */
  readonly leafSize: () => A
  /** The sum over the leaf, spread back over it; 0 for a leaf without elements. */
  readonly leafSum: (a: A) => A
  /** The largest element of the leaf, spread back over it; NaN if one is NaN; −∞ for a leaf without elements. */
  readonly leafMax: (a: A) => A
  /** The sum over all leaves that the equation sees, spread back: one number for the tree. */
  readonly treeSum: (a: A) => A
  /** √Σ a² over the leaf, spread back over it; 0 for a leaf without elements. Right wherever the norm itself is a
   *  float32, though squares may leave its range. */
  readonly leafNorm: (a: A) => A
  /** √Σ a² over all leaves that the equation sees, spread back: one number for the tree, right as `leafNorm` is. */
  readonly treeNorm: (a: A) => A
  /** `param + update`; `param` itself where the update is literally zero (−0 + 0 would lose its sign). */
  readonly applied: (param: A, update: A) => A
}
