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
  abs: (x: number): number => Math.abs(x),
  sign: (x: number): number => Math.sign(x),
  sqrt: (x: number): number => Math.sqrt(x),
  exp: (x: number): number => Math.exp(x),
  log: (x: number): number => Math.log(x),
  tanh: (x: number): number => Math.tanh(x),
  /** Of an angle in radians. Executors are within two units of the last place for |x| ≤ 10⁴; beyond, WebGL may be far
   *  off. */
  sin: (x: number): number => Math.sin(x),
  cos: (x: number): number => Math.cos(x),
  floor: (x: number): number => Math.floor(x),
  ceil: (x: number): number => Math.ceil(x),
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
  isFinite: (x: number): boolean => Number.isFinite(x),
  isNaN: (x: number): boolean => Number.isNaN(x),
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

/** Whether an operation gives a condition. */
export const givesCondition = (op: string): op is Comparison | Test | Connective | Negation =>
  Object.hasOwn(conditions, op)

/** What an operation means where conditions are numbers too, 1 or 0. Arguments that it does not have are not looked at;
 *  what is not of the table means nothing. */
export const meaningOf = (op: string): ((x: number, y: number) => number | boolean) | undefined =>
  Object.hasOwn(meanings, op) ? meanings[op] : undefined

const conditions = {
  ...comparison,
  ...tests,
  // JavaScript takes 1 and 0 for conditions
  ...(connective as unknown as Readonly<Record<Connective, (x: number, y: number) => number>>),
  ...(negation as unknown as Readonly<Record<Negation, (x: number) => boolean>>),
}

const meanings: Readonly<Record<string, (x: number, y: number) => number | boolean>> = {
  ...unary,
  ...binary,
  ...conditions,
}

/** The operations of the table, on any two sorts: numbers `A` and conditions `B`. */
export type Elementwise<A, B> = { readonly [K in keyof typeof unary]: (a: A) => A } & {
  readonly [K in keyof typeof binary]: (a: A, b: A) => A
} & { readonly [K in keyof typeof comparison]: (a: A, b: A) => B } & {
  readonly [K in keyof typeof tests]: (a: A) => B
} & { readonly [K in keyof typeof connective]: (a: B, b: B) => B } & {
  readonly [K in keyof typeof negation]: (a: B) => B
}

/** What an interpreter does with the operations of each kind. */
export interface Kinds<A, B> {
  readonly unary: (op: Unary) => (a: A) => A
  readonly binary: (op: Binary) => (a: A, b: A) => A
  readonly comparison: (op: Comparison) => (a: A, b: A) => B
  readonly test: (op: Test) => (a: A) => B
  readonly connective: (op: Connective) => (a: B, b: B) => B
  readonly negation: (op: Negation) => (a: B) => B
}

/** The operations of the table on two sorts, each made by its kind. Made for each equation, so by a plain loop. */
export const elementwise = <A, B>(kinds: Kinds<A, B>): Elementwise<A, B> => {
  const made: Record<string, unknown> = {}
  for (const [op, kind] of kindOf) made[op] = kinds[kind](op as never) // an operation of that kind
  return made as unknown as Elementwise<A, B> // every name of every section, just now
}

const sections = { unary, binary, comparison, test: tests, connective, negation }

/** Each operation, and its kind. */
const kindOf = Object.entries(sections).flatMap(([kind, section]) =>
  // `Object.entries` forgets the names
  Object.keys(section).map((op) => [op, kind as keyof typeof sections] as const),
)
