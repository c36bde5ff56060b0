/** @internal */
import { broken } from '../scalars/must.js'
import type { Arithmetic } from './Arithmetic.js'
import { lostOperand } from './lostOperand.js'
import type { Node } from './Node.js'
import { elementwise, type LeafCollective, type One, type TreeCollective } from './operations.js'
import type { Slot } from './Slot.js'

/** Which nodes are equal: those of one key. */
export interface Sameness {
  readonly literal: (value: number, place: number) => string
  readonly total: (stage: number, ordinal: number) => string
}

/** Literals are never shared by value: two equal options must not make another program than two different ones. Sums over
 *  the tree are told apart by stage and ordinal. */
const computed: Sameness = {
  literal: (_value, place) => `literal at ${place}`,
  total: (stage, ordinal) => ` of ${stage}, ${ordinal}:`,
}

/** What reads the same is the same. */
export const written: Sameness = {
  literal: (value) => `literal ${Object.is(value, -0) ? '-0' : value}`,
  total: () => '',
}

/** Makes nodes as equations ask for them; equal ones of one builder are one object. */
export const nodeBuilder = (sameness: Sameness = computed) => {
  const known = new Map<string, Node>()
  const places = new Map<Node, number>()
  const put = <N extends Node>(key: string, node: N): N => {
    const found = known.get(key)
    if (found !== undefined) return found as N // equal keys are nodes of one kind
    known.set(key, node)
    places.set(node, places.size)
    return node
  }
  const call = (node: Extract<Node, { args: unknown }>, own = ''): Node => {
    let key = node.op + own
    for (const arg of node.args) key += ` ${placeOf(node.op, arg)}`
    return put(key, node)
  }
  const placeOf = (op: string, arg: Node | undefined): number => {
    if (arg === undefined) throw lostOperand(op)
    const place = places.get(arg)
    if (place === undefined) throw broken(`there is no node for an operand of "${op}" in this graph`)
    return place
  }
  const literal = (value: number): Node =>
    put(sameness.literal(value, places.size), { op: 'uniform', uniform: { kind: 'literal', value } })
  const scalar = (stage: number, name: string): Node =>
    put(`scalar ${stage} ${name}`, { op: 'uniform', uniform: { kind: 'scalar', stage, name } })
  const one = (op: One | LeafCollective) => (a: Node) => call({ op, args: [a] })
  const operations = elementwise(one, (op) => (a: Node, b: Node) => call({ op, args: [a, b] }))
  let [stage, asked] = [0, 0]
  const total = (op: TreeCollective) => (a: Node) => {
    const ordinal = asked++
    return call({ op, stage, ordinal, args: [a] }, sameness.total(stage, ordinal))
  }
  const arithmetic: Arithmetic<Node, Node> = {
    lit: literal,
    ...operations,
    where: (c, a, b) => (a === b ? a : call({ op: 'where', args: [c, a, b] })),
    leafSize: () => put('leafSize', { op: 'leafSize' }),
    leafSum: one('leafSum'),
    leafMax: one('leafMax'),
    leafNorm: one('leafNorm'),
    treeSum: total('treeSum'),
    treeNorm: total('treeNorm'),
    applied: (param, update) => (isLiteralZero(update) ? param : operations.add(param, update)),
  }
  return {
    /** Every node so far, each after its arguments. */
    nodes: (): readonly Node[] => [...places.keys()],
    /** The arithmetic of a stage, until that of another is asked for: rules run one after the other. */
    arithmetic: (of: number): Arithmetic<Node, Node> => {
      stage = of
      asked = 0
      return arithmetic
    },
    /** Scalars exist as the rule asks for them: their values come with each step. */
    scalars: (of: number): Readonly<Record<string, Node>> =>
      new Proxy<Record<string, Node>>({}, { get: (_target, name) => scalar(of, String(name)) }),
    input: (op: 'update' | 'param'): Extract<Node, { op: 'update' | 'param' }> => put(op, { op }),
    slot: (stage: number, name: string, per: Slot['per']): Extract<Node, { op: 'slot' }> =>
      put(`slot ${stage} ${name}`, { op: 'slot', stage, name, per }),
  }
}

/** Whether a node was written as zero. −0 is another update: it can be seen where updates are emitted. */
export const isLiteralZero = (node: Node): boolean =>
  node.op === 'uniform' && node.uniform.kind === 'literal' && Object.is(node.uniform.value, 0)
