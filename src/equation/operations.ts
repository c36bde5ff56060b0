/** @internal */

/** The operations on elements: the one table that says which there are and what they mean, on numbers. Its sections
 *  are the kinds; the names of an `Arithmetic`, the nodes of graphs, what notations write and what emitters must be able
 *  to emit are derived from it, so that an operation which one of them lacks does not compile.
 *
 *  Where IEEE 754 leaves a choice the meaning is fixed here, so that all interpreters agree bit for bit:
 *
 *  ```text
 *  max(a, b) = b if a < b or b is NaN, else a        min(a, b) = b if b < a or b is NaN, else a
 *  sign(±0) = ±0 compares equal to 0;  comparisons with NaN are false, `equal(NaN, NaN)` too
 *  ```
 */

/** A number from a number. */
export const unary = {
  neg: (x: number): number => -x,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  /** Of an angle in radians. Executors are within two units of the last place for |x| ≤ 10⁴; beyond, WebGL may be far
   *  off. */
  sin: Math.sin,
  cos: Math.cos,
  floor: Math.floor,
  ceil: Math.ceil,
  /** To the nearest integer, a half to the even one. Added to 2⁵² nothing but an integer is left. */
  round: (x: number): number => {
    if (!(Math.abs(x) < 2 ** 52)) return x
    const size = Math.abs(x) + 2 ** 52 - 2 ** 52
    return x < 0 || Object.is(x, -0) ? -size : size
  },
} as const

/** A number from two. */
export const binary = {
  add: (x: number, y: number): number => x + y,
  sub: (x: number, y: number): number => x - y,
  mul: (x: number, y: number): number => x * y,
  div: (x: number, y: number): number => x / y,
  max: (x: number, y: number): number => (x < y || Number.isNaN(y) ? y : x),
  min: (x: number, y: number): number => (y < x || Number.isNaN(y) ? y : x),
  pow: (x: number, y: number): number => x ** y,
} as const

/** A condition from two numbers. */
export const comparison = {
  less: (x: number, y: number): boolean => x < y,
  lessEqual: (x: number, y: number): boolean => x <= y,
  equal: (x: number, y: number): boolean => x === y,
} as const

/** A condition from a number. */
export const tests = {
  isFinite: Number.isFinite,
  isNaN: Number.isNaN,
} as const

/** A condition from two. */
export const connective = {
  and: (x: boolean, y: boolean): boolean => x && y,
  or: (x: boolean, y: boolean): boolean => x || y,
} as const

/** A condition from a condition. */
export const negation = { not: (x: boolean): boolean => !x } as const

export type Unary = keyof typeof unary
export type Binary = keyof typeof binary
export type Comparison = keyof typeof comparison
export type Test = keyof typeof tests
export type Connective = keyof typeof connective
export type Negation = keyof typeof negation

/** One number of many: over a leaf, or over the tree. */
export const leafCollectives = ['leafSum', 'leafMax', 'leafNorm'] as const
export const treeCollectives = ['treeSum', 'treeNorm'] as const
export type LeafCollective = (typeof leafCollectives)[number]
export type TreeCollective = (typeof treeCollectives)[number]
export type Collective = LeafCollective | TreeCollective

/** Every operation that gives a value for each element, and `where`, which takes both sorts. */
export type Operation = Unary | Binary | Comparison | Test | Connective | Negation | 'where'

export const isUnary = (op: string): op is Unary => Object.hasOwn(unary, op)
export const isBinary = (op: string): op is Binary => Object.hasOwn(binary, op)
export const isComparison = (op: string): op is Comparison => Object.hasOwn(comparison, op)
export const isTest = (op: string): op is Test => Object.hasOwn(tests, op)
export const isConnective = (op: string): op is Connective => Object.hasOwn(connective, op)
export const isLeafCollective = (op: string): op is LeafCollective => leafCollectives.some((name) => name === op)
export const isTreeCollective = (op: string): op is TreeCollective => treeCollectives.some((name) => name === op)
export const isCollective = (op: string): op is Collective => isLeafCollective(op) || isTreeCollective(op)

/** The operations on one value, and on two, of whichever sort. */
const ones = { ...unary, ...tests, ...negation }
const twos = { ...binary, ...comparison, ...connective }
export type One = keyof typeof ones
export type Two = keyof typeof twos

/** Whether an operation gives a condition. */
export const givesCondition = (op: string): op is Comparison | Test | Connective | Negation =>
  Object.hasOwn(conditions, op)

const conditions = { ...comparison, ...tests, ...connective, ...negation }

/** What operations mean where conditions are numbers too, 1 or 0: JavaScript takes these for conditions. Arguments that
 *  an operation does not have are not looked at. */
export const meanings = { ...ones, ...twos } as unknown as Readonly<
  Record<One | Two, (...operands: readonly number[]) => number | boolean>
>

/** The meaning of an operation of the table; what is not in it means nothing. */
export const meaningOf = (op: string): (typeof meanings)[One] | undefined =>
  Object.hasOwn(meanings, op) ? meanings[op as One | Two] : undefined // just seen

/** The operations of the table, on any two sorts: numbers `A` and conditions `B`. */
export type Elementwise<A, B> = { readonly [K in keyof typeof unary]: (a: A) => A } & {
  readonly [K in keyof typeof binary]: (a: A, b: A) => A
} & { readonly [K in keyof typeof comparison]: (a: A, b: A) => B } & {
  readonly [K in keyof typeof tests]: (a: A) => B
} & { readonly [K in keyof typeof connective]: (a: B, b: B) => B } & {
  readonly [K in keyof typeof negation]: (a: B) => B
}

/** The operations of the table, made by the number of their arguments. Made for each equation, so by plain loops. */
export const elementwise = <F, G>(
  one: (op: One) => F,
  two: (op: Two) => G,
): Readonly<Record<One, F> & Record<Two, G>> => {
  const made: Record<string, F | G> = {}
  // `in` forgets the names
  for (const op in ones) made[op] = one(op as One)
  for (const op in twos) made[op] = two(op as Two)
  return made as Record<One, F> & Record<Two, G> // every name of every section, just now
}
