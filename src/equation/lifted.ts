/** @internal */
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import type { Arithmetic } from './Arithmetic.js'
import {
  type Binary,
  binary,
  type Comparison,
  comparison,
  type Connective,
  elementwise,
  type Test,
  tests,
  type Unary,
  unary,
} from './operations.js'

/** What an interpreter must be able to do with the leaves of one kind. A plain number stands for a leaf full of it: it
 *  is known to the host, and is rounded as the interpreter rounds. */
export interface LeafOperations<L, C> {
  readonly round: (x: number) => number
  readonly unary: Readonly<Record<Unary, (a: L) => L>>
  readonly binary: Readonly<Record<Binary, (a: L | number, b: L | number) => L>>
  readonly comparison: Readonly<Record<Comparison, (a: L | number, b: L | number) => C>>
  readonly test: Readonly<Record<Test, (a: L) => C>>
  readonly and: (a: C, b: C) => C
  readonly or: (a: C, b: C) => C
  readonly not: (a: C) => C
  readonly where: (condition: C, a: L | number, b: L | number) => L
  /** The sum of a leaf's elements, of which there are some; the leaf may be one number standing for `size` of them. */
  readonly sum: (a: L, size: number) => L
  /** √Σ a² over all elements of some leaves, none of them empty, each as in `sum`. */
  readonly norm: (all: readonly { readonly leaf: L | number; readonly size: number }[]) => L
  /** The largest of a leaf's elements, of which there are some. */
  readonly largest: (a: L) => L
  /** A leaf of the given shape, spread from fewer elements if need be; never one of the inputs. */
  readonly spread: (a: L | number, shape: readonly number[]) => L
}

/** A number that the host knows: it stands for a leaf full of it. */
interface Known {
  readonly known: number
  /** Whether it was written as zero in the equation, and has not become zero by chance: only then is a parameter left
   *  as it is. */
  readonly literalZero: boolean
}

/** What an equation computes with, leaf by leaf. */
export type Cell<L> = L | Known
export type Carrier<L> = readonly Cell<L>[]
type Condition<C> = readonly (C | boolean)[]

export const known = (x: number): Known => ({ known: x, literalZero: false })
export const nothing: Known = { known: 0, literalZero: true }
const isKnown = (x: object): x is Known => 'known' in x
export const isLiteralZero = (x: object): boolean => isKnown(x) && x.literalZero
export const plain = <L extends Leaf>(x: Cell<L>): L | number => (isKnown(x) ? x.known : x)

/** An item of a list as long as there are leaves. */
const at = <A>(list: readonly A[], i: number): A => must(list[i], 'leaf')

/** The arithmetic of leaves, lifted to lists of them. Numbers known to the host are folded there. */
export const lifted = <L extends Leaf, C>(
  o: LeafOperations<L, C>,
  sizes: readonly number[],
): Arithmetic<Carrier<L>, Condition<C>> => {
  const one =
    (op: Unary) =>
    (a: Carrier<L>): Carrier<L> =>
      a.map((x) => (isKnown(x) ? known(o.round(unary[op](x.known))) : o.unary[op](x)))
  const pair = (op: Binary, x: Cell<L>, y: Cell<L>): Cell<L> =>
    isKnown(x) && isKnown(y) ? known(o.round(binary[op](x.known, y.known))) : o.binary[op](plain(x), plain(y))
  const two =
    (op: Binary) =>
    (a: Carrier<L>, b: Carrier<L>): Carrier<L> =>
      a.map((x, i) => pair(op, x, at(b, i)))
  const compare =
    (op: Comparison) =>
    (a: Carrier<L>, b: Carrier<L>): Condition<C> =>
      a.map((x, i) => {
        const y = at(b, i)
        return isKnown(x) && isKnown(y) ? comparison[op](x.known, y.known) : o.comparison[op](plain(x), plain(y))
      })
  const test =
    (op: Test) =>
    (a: Carrier<L>): Condition<C> =>
      a.map((x) => (isKnown(x) ? tests[op](x.known) : o.test[op](x)))
  // A leaf without elements has the sum 0 and the largest element −∞, also where one number stands for its elements.
  const sums = (a: Carrier<L>): Carrier<L> =>
    a.map((x, i) => {
      const size = at(sizes, i)
      return size === 0 ? known(0) : isKnown(x) ? known(o.round(x.known * size)) : o.sum(x, size)
    })
  const joined =
    (op: Connective) =>
    (a: Condition<C>, b: Condition<C>): Condition<C> =>
      a.map((x, i) => {
        const y = at(b, i)
        // One that is known decides, or leaves it to the other.
        const decides = op === 'or'
        if (typeof x === 'boolean') return x === decides ? x : y
        if (typeof y === 'boolean') return y === decides ? y : x
        return o[op](x, y)
      })
  const not = (a: Condition<C>): Condition<C> => a.map((x) => (typeof x === 'boolean' ? !x : o.not(x)))
  const norm = (a: Carrier<L>, of: readonly number[]): Cell<L> => {
    const all = a.flatMap((x, i) => {
      const size = at(of, i)
      return size === 0 ? [] : [{ leaf: plain(x), size }]
    })
    // Numbers of the host are float32: in double their squares leave no range.
    const numbers = all.flatMap(({ leaf, size }) => (typeof leaf === 'number' ? [leaf ** 2 * size] : []))
    return numbers.length === all.length
      ? known(o.round(Math.sqrt(numbers.reduce((sum, square) => sum + square, 0))))
      : o.norm(all)
  }
  // What is chosen is no literal any more, as in a graph.
  const chosen = (x: Cell<L>): Cell<L> => (isKnown(x) ? known(x.known) : x)
  return {
    lit: (x) => sizes.map(() => ({ known: o.round(x), literalZero: Object.is(x, 0) })),
    ...elementwise<Carrier<L>, Condition<C>>({
      unary: one,
      binary: two,
      comparison: compare,
      test,
      connective: joined,
      negation: () => not,
    }),
    where: (c, a, b) =>
      a === b
        ? a
        : c.map((x, i) => {
            const [yes, no] = [at(a, i), at(b, i)]
            return x === true ? chosen(yes) : x === false ? chosen(no) : o.where(x, plain(yes), plain(no))
          }),
    leafSize: () => sizes.map((size) => known(o.round(size))),
    leafSum: sums,
    leafMax: (a) =>
      a.map((x, i) => (sizes[i] === 0 ? known(Number.NEGATIVE_INFINITY) : isKnown(x) ? known(x.known) : o.largest(x))),
    leafNorm: (a) => a.map((x, i) => norm([x], [at(sizes, i)])),
    treeSum: (a) => {
      const [first = nothing, ...rest] = sums(a)
      const total = rest.reduce((sum, x) => pair('add', sum, x), first)
      return sizes.map(() => total)
    },
    treeNorm: (a) => {
      const total = norm(a, sizes)
      return sizes.map(() => total)
    },
    applied: (param, update) =>
      param.map((p, i) => {
        const u = at(update, i)
        return isLiteralZero(u) ? p : pair('add', p, u)
      }),
  }
}
