/** @internal */
import type { Arithmetic } from './Arithmetic.js'
import type { Node, Uniform } from './Graph.js'
import {
  type Binary,
  type Comparison,
  type Connective,
  elementwise,
  type Negation,
  type Test,
  type Unary,
} from './operations.js'
import type { Slot } from './Slot.js'

/** Collects the nodes of a graph as equations ask for them; equal nodes are one. */
export const graphBuilder = () => {
  const nodes: Node[] = []
  const uniforms: Uniform[] = []
  const known = new Map<string, number>()
  const put = (node: Node): number => {
    // The types cannot see a scalar that got lost in a spread: the record has its names only as the rule asks for them.
    if ('args' in node && node.args.some((arg: unknown) => typeof arg !== 'number'))
      throw new TypeError(
        `an operand of "${node.op}" is undefined. Take slots and scalars by name: a copy by spreading has no scalars.`,
      )
    const key = JSON.stringify(node)
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, nodes.length)
    return nodes.push(node) - 1
  }
  // Literals are not shared by value: two equal options must not make another program than two different ones.
  const lit = (value: number): number => put({ op: 'uniform', uniform: uniforms.push({ kind: 'literal', value }) - 1 })
  const isZero = (id: number): boolean => {
    const node = nodes[id]
    const uniform = node?.op === 'uniform' ? uniforms[node.uniform] : undefined
    // −0 is another update: it can be seen where updates are emitted.
    return uniform?.kind === 'literal' && Object.is(uniform.value, 0)
  }
  const scalars = new Map<string, number>()
  const scalar = (stage: number, name: string): number => {
    const key = `${stage} ${name}`
    const found =
      scalars.get(key) ?? put({ op: 'uniform', uniform: uniforms.push({ kind: 'scalar', stage, name }) - 1 })
    scalars.set(key, found)
    return found
  }
  // Scalars exist as the rule asks for them: their values come with each step.
  const scalarsOf = (stage: number): Readonly<Record<string, number>> =>
    new Proxy<Record<string, number>>({}, { get: (_target, name) => scalar(stage, String(name)) })
  const one = (op: Unary | Test | Negation) => (a: number) => put({ op, args: [a] })
  const two = (op: Binary | Comparison | Connective) => (a: number, b: number) => put({ op, args: [a, b] })
  const operations = elementwise<number, number>({
    unary: one,
    binary: two,
    comparison: two,
    test: one,
    connective: two,
    negation: one,
  })
  const arithmetic = (stage: number): Arithmetic<number, number> => {
    let ordinal = 0
    return {
      lit,
      ...operations,
      where: (c, a, b) => (a === b ? a : put({ op: 'where', args: [c, a, b] })),
      leafSize: () => put({ op: 'leafSize' }),
      leafSum: (a) => put({ op: 'leafSum', args: [a] }),
      leafMax: (a) => put({ op: 'leafMax', args: [a] }),
      leafNorm: (a) => put({ op: 'leafNorm', args: [a] }),
      treeSum: (a) => put({ op: 'treeSum', stage, ordinal: ordinal++, args: [a] }),
      treeNorm: (a) => put({ op: 'treeNorm', stage, ordinal: ordinal++, args: [a] }),
      applied: (param, update) => (isZero(update) ? param : put({ op: 'add', args: [param, update] })),
    }
  }
  return {
    nodes,
    uniforms,
    isZero,
    arithmetic,
    scalars: scalarsOf,
    input: (op: 'update' | 'param') => put({ op }),
    slot: (stage: number, name: string, per: Slot['per']) => put({ op: 'slot', stage, name, per }),
  }
}
