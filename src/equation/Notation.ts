/** @internal */
import type { Arithmetic } from './Arithmetic.js'

/** A piece of an equation as written, and how tightly it holds together. */
export interface Fragment {
  readonly text: string
  readonly rank: number
}

/** A way to write equations: the algebra itself, on text. */
export interface Notation {
  readonly arithmetic: Omit<Arithmetic<Fragment, Fragment>, 'applied'>
  /** A name, and the name of its next value. */
  readonly name: (name: string) => string
  readonly next: (name: string) => string
}

/** Ranks, loosest first. An operand of a lower rank than its place is put into parentheses, so what is written can be
 *  read back exactly: `a − (b − c)` keeps its parentheses, `(a − b) − c` loses them. */
export const rank = {
  choice: 0,
  or: 1,
  and: 2,
  comparison: 3,
  sum: 4,
  product: 5,
  sign: 6,
  power: 7,
  whole: 8,
} as const

/** A fragment in a place that needs a rank. */
export const held = ({ text, rank: found }: Fragment, needed: number, open = '(', close = ')'): string =>
  found >= needed ? text : `${open}${text}${close}`

export const whole = (text: string): Fragment => ({ text, rank: rank.whole })

/** An operator between two operands, of which the left one may be of the same rank. */
export const infix =
  (sign: string, own: number) =>
  (a: Fragment, b: Fragment): Fragment => ({ text: `${held(a, own)}${sign}${held(b, own + 1)}`, rank: own })
