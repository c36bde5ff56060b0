/** @internal */
import type { Arithmetic } from './Arithmetic.js'
import type { Equation } from './Equation.js'
import { type Collective, elementwise, type Operation } from './operations.js'

/** What a name in an equation stands for. */
export interface Name {
  readonly op: 'name'
  readonly of: 'update' | 'param' | 'slot' | 'scalar'
  readonly name: string
}

/** An operation of the algebra on terms. */
export interface Call {
  readonly op: Operation | Collective | 'leafSize'
  readonly args: readonly Term[]
}

/** An equation's right-hand side as data. Equal terms of one equation are one object. */
export type Term = Name | Call | { readonly op: 'literal'; readonly value: number }

/** What an equation returns, by name: its update and its slots. */
export const termsOf = ({ slots, since, rule }: Equation): Readonly<Record<string, Term>> => {
  const { arithmetic, named } = reading()
  const inputs: Record<string, Term> = { update: named('update', 'update'), param: named('param', 'param') }
  for (const name in slots) inputs[name] = named('slot', name)
  if (since !== undefined) inputs['incoming'] = named('slot', 'incoming')
  // Scalars exist as the rule asks for them: their values come with each step.
  const scalars = new Proxy<Record<string, Term>>({}, { get: (_target, name) => named('scalar', String(name)) })
  return rule(arithmetic)(inputs, scalars)
}

const reading = () => {
  const known = new Map<string, Term>()
  const ids = new Map<Term, number>()
  const one = (key: string, term: Term): Term => {
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, term)
    ids.set(term, ids.size)
    return term
  }
  const call = (op: Call['op'], ...args: readonly Term[]): Term =>
    one(`${op} ${args.map((a) => ids.get(a)).join()}`, { op, args })
  const of1 = (op: Call['op']) => (a: Term) => call(op, a)
  const of2 = (op: Call['op']) => (a: Term, b: Term) => call(op, a, b)
  const arithmetic: Arithmetic<Term, Term> = {
    lit: (value) => one(`literal ${Object.is(value, -0) ? '-0' : value}`, { op: 'literal', value }),
    ...elementwise({ unary: of1, binary: of2, comparison: of2, test: of1, connective: of2, negation: of1 }),
    where: (c, a, b) => (a === b ? a : call('where', c, a, b)),
    leafSize: () => call('leafSize'),
    leafSum: of1('leafSum'),
    leafMax: of1('leafMax'),
    leafNorm: of1('leafNorm'),
    treeSum: of1('treeSum'),
    treeNorm: of1('treeNorm'),
    applied: (param, update) =>
      update.op === 'literal' && Object.is(update.value, 0) ? param : call('add', param, update),
  }
  return {
    arithmetic,
    named: (of: Name['of'], name: string): Term => one(`name ${of} ${name}`, { op: 'name', of, name }),
  }
}
