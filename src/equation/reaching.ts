/** @internal */
import { spell } from '../tree/Skeleton.js'
import type { Arithmetic } from './Arithmetic.js'
import { lostOperand } from './lostOperand.js'
import { elementwise } from './operations.js'
import { type Reach, wider } from './reaches.js'

/** A number of which only is known how far it reaches. Each is an object of its own: of a choice between two that are
 *  one, the condition does not matter. */
export interface Reaching {
  readonly reach: Reach
  /** What an operator of JavaScript would ask for. */
  readonly [Symbol.toPrimitive]: () => never
}

/** A number that reaches so far. */
export const reachingTo = (reach: Reach): Reaching => ({ reach, [Symbol.toPrimitive]: notByOperators })

const notByOperators = (): never => {
  throw new TypeError(
    'a rule computes with A alone: write A.mul(a, b), A.neg(a), A.where(A.less(a, b), …), not a * b, -a, a < b ? …',
  )
}

/** Whether a rule has it from its arithmetic. */
export const isReaching = (value: unknown): value is Reaching =>
  typeof value === 'object' && value !== null && Symbol.toPrimitive in value && 'reach' in value

const reachOf = (op: string, a: unknown): Reach => {
  if (a === undefined) throw lostOperand(op)
  if (isReaching(a)) return a.reach
  throw new TypeError(`A.${op}: an operand is ${spell(a)}. ${typeof a === 'number' ? `Write A.lit(${a}).` : ofTheRule}`)
}

const ofTheRule = 'It takes what the rule is given, and what A has made.'

const one =
  (op: string) =>
  (a: Reaching): Reaching =>
    reachingTo(reachOf(op, a))
const two =
  (op: string) =>
  (a: Reaching, b: Reaching): Reaching =>
    reachingTo(wider(reachOf(op, a), reachOf(op, b)))
const folded =
  (op: string, to: Reach) =>
  (a: Reaching): Reaching => {
    reachOf(op, a)
    return reachingTo(to)
  }

const size = /* @__PURE__ */ reachingTo('leaf')

/** Equations by reach alone: a number reaches as far as the widest that it is made of, but a sum is one number. One
 *  object for all equations: each is looked at by it when it is made. */
export const reaching: Arithmetic<Reaching, Reaching> = {
  lit: (x: unknown) => {
    if (typeof x !== 'number') throw new TypeError(`A.lit: a number is needed, found ${spell(x)}.`)
    return reachingTo('tree')
  },
  ...elementwise(one, two),
  where: (c, a, b) => {
    const chosen = two('where')(c, two('where')(a, b))
    return a === b ? a : chosen
  },
  leafSize: () => size,
  leafSum: folded('leafSum', 'leaf'),
  leafMax: folded('leafMax', 'leaf'),
  leafNorm: folded('leafNorm', 'leaf'),
  treeSum: folded('treeSum', 'tree'),
  treeNorm: folded('treeNorm', 'tree'),
  applied: two('applied'),
}

/** The scalars of a step, whichever a rule asks for. */
export const reachingScalars: Readonly<Record<string, Reaching>> = /* @__PURE__ */ new Proxy(
  {},
  { get: (): Reaching => reachingTo('tree') },
)
