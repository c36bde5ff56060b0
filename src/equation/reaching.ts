/** @internal */
import { must } from '../scalars/must.js'
import type { Arithmetic } from './Arithmetic.js'
import { lostOperand } from './lostOperand.js'
import { elementwise } from './operations.js'
import { type Reach, wider } from './reaches.js'

/** A number of which only is known how far it reaches. Each is an object of its own: of a choice between two that are
 *  one, the condition does not matter. */
export interface Reaching {
  readonly reach: Reach
}

const reachOf = (op: string, a: Reaching | undefined): Reach => {
  if (a === undefined) throw lostOperand(op)
  return must(a.reach, 'reach of an operand')
}

const one =
  (op: string) =>
  (a: Reaching): Reaching => ({ reach: reachOf(op, a) })
const two =
  (op: string) =>
  (a: Reaching, b: Reaching): Reaching => ({ reach: wider(reachOf(op, a), reachOf(op, b)) })
const folded =
  (op: string, to: Reach) =>
  (a: Reaching): Reaching => {
    reachOf(op, a)
    return { reach: to }
  }

const size: Reaching = { reach: 'leaf' }

/** Equations by reach alone: a number reaches as far as the widest that it is made of, but a sum is one number. One
 *  object for all equations: each is looked at by it when it is made. */
export const reaching: Arithmetic<Reaching, Reaching> = {
  lit: () => ({ reach: 'tree' }),
  ...elementwise<Reaching, Reaching>({
    unary: one,
    binary: two,
    comparison: two,
    test: one,
    connective: two,
    negation: one,
  }),
  where: (c, a, b) => (a === b ? a : two('where')(c, two('where')(a, b))),
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
  { get: (): Reaching => ({ reach: 'tree' }) },
)
