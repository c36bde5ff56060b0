/** The algebra in which equations are written. Two sorts, so that a number is no condition: `A` is a number for each
 *  element (or one for each leaf, or one for the tree, spread over the elements), `B` is a condition for each element.
 *
 *  An equation is rank 2: it is given an `Arithmetic<A, B>` for every `A` and `B`, so it cannot look inside, and every
 *  interpreter sees the same term. Where IEEE 754 leaves a choice the meaning is fixed here, so that all interpreters
 *  agree bit for bit:
 *
 *    max(a, b) = b if a < b or b is NaN, else a        min(a, b) = b if b < a or b is NaN, else a
 *    sign(±0) = ±0 compares equal to 0;  comparisons with NaN are false, `equal(NaN, NaN)` too */
export interface Arithmetic<A, B> {
  readonly lit: (x: number) => A
  readonly add: (a: A, b: A) => A
  readonly sub: (a: A, b: A) => A
  readonly mul: (a: A, b: A) => A
  readonly div: (a: A, b: A) => A
  readonly max: (a: A, b: A) => A
  readonly min: (a: A, b: A) => A
  readonly pow: (a: A, b: A) => A
  readonly neg: (a: A) => A
  readonly abs: (a: A) => A
  readonly sign: (a: A) => A
  readonly sqrt: (a: A) => A
  readonly exp: (a: A) => A
  readonly log: (a: A) => A
  readonly tanh: (a: A) => A
  readonly less: (a: A, b: A) => B
  readonly lessEqual: (a: A, b: A) => B
  readonly equal: (a: A, b: A) => B
  readonly isFinite: (a: A) => B
  readonly isNaN: (a: A) => B
  readonly and: (a: B, b: B) => B
  readonly or: (a: B, b: B) => B
  readonly not: (a: B) => B
  readonly where: (condition: B, a: A, b: A) => A
  /** The number of elements of the leaf. */
  readonly leafSize: () => A
  /** The sum over the leaf, spread back over it; 0 for a leaf without elements. */
  readonly leafSum: (a: A) => A
  /** The largest element of the leaf, spread back over it; NaN if one is NaN; −∞ for a leaf without elements. */
  readonly leafMax: (a: A) => A
  /** The sum over all leaves that the equation sees, spread back: one number for the tree. */
  readonly treeSum: (a: A) => A
  /** `param + update`; `param` itself where the update is literally zero (−0 + 0 would lose its sign). */
  readonly applied: (param: A, update: A) => A
}

/** The operations of one argument, of two, and the comparisons: the vocabulary that interpreters tabulate. */
export type Unary = 'neg' | 'abs' | 'sign' | 'sqrt' | 'exp' | 'log' | 'tanh'
export type Binary = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'pow'
export type Comparison = 'less' | 'lessEqual' | 'equal'
export type Test = 'isFinite' | 'isNaN'
export type Collective = 'leafSum' | 'leafMax' | 'treeSum'
