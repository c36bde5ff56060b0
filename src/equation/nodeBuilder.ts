/** @internal */
import { must } from '../scalars/must.js'
import type { Arithmetic } from './Arithmetic.js'
import { argsOf, type Node, type Uniform } from './Node.js'
import {
  type Binary,
  type Comparison,
  type Connective,
  elementwise,
  type Negation,
  type Test,
  type TreeCollective,
  type Unary,
} from './operations.js'
import type { Slot } from './Slot.js'

/** Which nodes are equal.
 *
 *  ```text
 *  computed   literals are never shared by value: two equal options must not make another program than two different
 *             ones. Sums over the tree are told apart by stage and ordinal.
 *  written    what reads the same is the same
 *  ```
 */
export type Sameness = 'computed' | 'written'

/** Makes nodes as equations ask for them; equal ones of one builder are one object. */
export const nodeBuilder = (sameness: Sameness = 'computed') => {
  const known = new Map<string, Node>()
  const places = new Map<Node, number>()
  const put = <N extends Node>(key: string, node: N): N => {
    const found = known.get(key)
    if (found !== undefined) return found as N // equal keys are nodes of one kind
    known.set(key, node)
    places.set(node, places.size)
    return node
  }
  const call = (node: Extract<Node, { args: unknown }>, own = ''): Node =>
    put(
      `${node.op} ${own} ${argsOf(node)
        .map((arg) => placeOf(node.op, arg))
        .join()}`,
      node,
    )
  const placeOf = (op: string, arg: Node | undefined): number => {
    // The types cannot see a scalar that got lost in a spread: the record has its names only as the rule asks for them.
    if (arg === undefined)
      throw new TypeError(
        `an operand of "${op}" is undefined. Take slots and scalars by name: a copy by spreading has no scalars.`,
      )
    return must(places.get(arg), `node for an operand of "${op}" in this graph`)
  }
  const literal = (value: number): Node => {
    const key = sameness === 'written' ? `literal ${Object.is(value, -0) ? '-0' : value}` : `literal at ${places.size}`
    return put(key, { op: 'uniform', uniform: { kind: 'literal', value } })
  }
  const scalar = (stage: number, name: string): Node =>
    put(`scalar ${stage} ${name}`, { op: 'uniform', uniform: { kind: 'scalar', stage, name } })
  const one = (op: Unary | Test | Negation) => (a: Node) => call({ op, args: [a] })
  const two = (op: Binary | Comparison | Connective) => (a: Node, b: Node) => call({ op, args: [a, b] })
  const operations = elementwise<Node, Node>({
    unary: one,
    binary: two,
    comparison: two,
    test: one,
    connective: two,
    negation: one,
  })
  const arithmetic = (stage: number): Arithmetic<Node, Node> => {
    let asked = 0
    const total = (op: TreeCollective) => (a: Node) => {
      const ordinal = asked++
      return call({ op, stage, ordinal, args: [a] }, sameness === 'written' ? '' : `${stage} ${ordinal}`)
    }
    return {
      lit: literal,
      ...operations,
      where: (c, a, b) => (a === b ? a : call({ op: 'where', args: [c, a, b] })),
      leafSize: () => put('leafSize', { op: 'leafSize' }),
      leafSum: (a) => call({ op: 'leafSum', args: [a] }),
      leafMax: (a) => call({ op: 'leafMax', args: [a] }),
      leafNorm: (a) => call({ op: 'leafNorm', args: [a] }),
      treeSum: total('treeSum'),
      treeNorm: total('treeNorm'),
      applied: (param, update) => (isLiteralZero(update) ? param : operations.add(param, update)),
    }
  }
  return {
    /** Every node so far, each after its arguments. */
    nodes: (): readonly Node[] => [...places.keys()],
    arithmetic,
    /** Scalars exist as the rule asks for them: their values come with each step. */
    scalars: (stage: number): Readonly<Record<string, Node>> =>
      new Proxy<Record<string, Node>>({}, { get: (_target, name) => scalar(stage, String(name)) }),
    input: (op: 'update' | 'param'): Extract<Node, { op: 'update' | 'param' }> => put(op, { op }),
    slot: (stage: number, name: string, per: Slot['per']): Extract<Node, { op: 'slot' }> =>
      put(`slot ${stage} ${name}`, { op: 'slot', stage, name, per }),
  }
}

/** Whether a node was written as zero. −0 is another update: it can be seen where updates are emitted. */
export const isLiteralZero = (node: Node): boolean => node.op === 'uniform' && isZero(node.uniform)

const isZero = (uniform: Uniform): boolean => uniform.kind === 'literal' && Object.is(uniform.value, 0)
