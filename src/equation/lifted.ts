/** @internal */
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import type { Arithmetic } from './Arithmetic.js'
import { elementwise, meanings, type One, type Two } from './operations.js'

/** What an interpreter must be able to do with the leaves of one kind, conditions among them. A plain number stands for a
 *  leaf full of it, 1 or 0 for a condition: it is known to the host, and is rounded as the interpreter rounds. */
export interface LeafOperations<L> {
  readonly round: (x: number) => number
  /** The operations of the table, where some operand is a leaf. */
  readonly operations: Readonly<Record<One, (a: L) => L> & Record<Two, (a: L | number, b: L | number) => L>>
  readonly where: (condition: L, a: L | number, b: L | number) => L
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

/** What an equation computes with, leaf by leaf: a number, or a condition. */
export type Cell<L> = L | Known
export type Carrier<L> = readonly Cell<L>[]

export const known = (x: number): Known => ({ known: x, literalZero: false })
export const nothing: Known = { known: 0, literalZero: true }
const isNumber = (x: unknown): x is number => typeof x === 'number'
const isKnown = (x: object): x is Known => 'known' in x
export const isLiteralZero = (x: object): boolean => isKnown(x) && x.literalZero
export const plain = <L extends Leaf>(x: Cell<L>): L | number => (isKnown(x) ? x.known : x)

/** The arithmetic of leaves, lifted to lists of them. Numbers known to the host are folded there. */
export const lifted = <L extends Leaf>(
  o: LeafOperations<L>,
  sizes: readonly number[],
): Arithmetic<Carrier<L>, Carrier<L>> => {
  /** Lifts what is done to the cells of one leaf, of which there are as many as it asks for: `list.reduce(A.add)` hands
   *  over more. */
  const each =
    (f: (size: number, x: Cell<L>, y: Cell<L>, z: Cell<L>) => Cell<L>) =>
    (a: Carrier<L>, b?: Carrier<L>, c?: Carrier<L>): Carrier<L> =>
      // each list is as long as there are leaves, and is there if it is asked for
      sizes.map((size, i) => f(size, a[i] as Cell<L>, b?.[i] as Cell<L>, c?.[i] as Cell<L>))
  const everywhere = (x: Cell<L>): Carrier<L> => sizes.map(() => x)
  const folded = (op: One | Two, ...operands: readonly number[]): Known =>
    known(o.round(Number(meanings[op](...operands))))
  const pair = (op: Two, x: Cell<L>, y: Cell<L>): Cell<L> =>
    isKnown(x) && isKnown(y) ? folded(op, x.known, y.known) : o.operations[op](plain(x), plain(y))
  // What is chosen is no literal any more, as in a graph.
  const where = each((_size, c, a, b) => {
    if (!isKnown(c)) return o.where(c, plain(a), plain(b))
    const chosen = c.known === 1 ? a : b
    return isKnown(chosen) ? known(chosen.known) : chosen
  })
  // A leaf without elements has the sum 0 and the largest element −∞, also where one number stands for its elements.
  const leafSum = each((size, x) =>
    size === 0 ? known(0) : isKnown(x) ? known(o.round(x.known * size)) : o.sum(x, size),
  )
  const norm = (a: Carrier<L>, of: readonly number[]): Cell<L> => {
    const all = a.map((x, i) => ({ leaf: plain(x), size: must(of[i], 'leaf') })).filter(({ size }) => size > 0)
    // Numbers of the host are float32: in double their squares leave no range.
    return all.every(({ leaf }) => isNumber(leaf))
      ? known(o.round(Math.sqrt(all.reduce((sum, { leaf, size }) => sum + Number(leaf) ** 2 * size, 0))))
      : o.norm(all)
  }
  return {
    lit: (x) => everywhere({ known: o.round(x), literalZero: Object.is(x, 0) }),
    ...elementwise(
      (op) => each((_size, x) => (isKnown(x) ? folded(op, x.known) : o.operations[op](x))),
      (op) => each((_size, x, y) => pair(op, x, y)),
    ),
    where: (c, a, b) => (a === b ? a : where(c, a, b)),
    leafSize: () => sizes.map((size) => known(o.round(size))),
    leafSum,
    leafMax: each((size, x) =>
      size === 0 ? known(Number.NEGATIVE_INFINITY) : isKnown(x) ? known(x.known) : o.largest(x),
    ),
    leafNorm: each((size, x) => norm([x], [size])),
    treeSum: (a) => everywhere(leafSum(a).reduce((sum, x) => pair('add', sum, x))),
    treeNorm: (a) => everywhere(norm(a, sizes)),
    applied: each((_size, p, u) => (isLiteralZero(u) ? p : pair('add', p, u))),
  }
}
