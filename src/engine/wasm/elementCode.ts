/** @internal */
import { argsOf, type Call, type Node } from '../../equation/Node.js'
import { isCollective, type Operation } from '../../equation/operations.js'
import { broken } from '../../scalars/must.js'
import type { Kernel } from '../fused/Kernel.js'
import { get, set, tee } from './code.js'
import * as code from './opcodes.js'
import { type HostFunction, isHostFunction } from './hostFunctions.js'
import type { Lane } from './lanes.js'

/** Where the values of a kernel are kept. */
export interface Locals {
  /** The local of a node's value; that of a uniform is ready for the lane. */
  readonly of: (node: Node) => number
  /** The index of an imported function. */
  readonly host: (name: HostFunction) => number
}

/** The bytes that compute one group of elements. */
export interface ElementCode {
  /** Loads all inputs. Must come first: what is stored may lie where an input lay. */
  readonly loads: readonly number[]
  /** Puts a node's value on the stack. To be asked for in the order in which the bytes run. */
  readonly value: (node: Node) => readonly number[]
}

/** An address: the bytes of its base, and the immediate of the load or store. */
export type Address = readonly [base: readonly number[], immediate: readonly number[]]

export const elementCode = (
  kernel: Kernel,
  lane: Lane,
  locals: Locals,
  address: (input: number) => Address,
): ElementCode => {
  const { nodes, inputs, uniforms } = kernel
  const ready = new Set<Node>([...inputs, ...uniforms])
  const cuts = cutNodes(nodes)
  const held = heldNodes(kernel, cuts)
  const loads = inputs.flatMap((node, i) => {
    const [base, immediate] = address(i)
    return [...base, ...lane.load, ...immediate, ...set(locals.of(node))]
  })
  /** The cut nodes below a node that are not computed yet, each after its arguments. */
  const cutsBelow = (root: Node): readonly Node[] => {
    const found = new Set<Node>()
    const seen = new Set<Node>()
    const open = [root]
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (ready.has(node) || seen.has(node)) continue
      seen.add(node)
      if (cuts.has(node) && node !== root) found.add(node)
      open.push(...argsOf(node))
    }
    return found.size === 0 ? [] : nodes.filter((node) => found.has(node))
  }
  const value = (node: Node): readonly number[] => {
    if (ready.has(node)) return read(node)
    const computed = operation(node)
    if (!held.has(node)) return computed
    ready.add(node)
    return [...computed, ...tee(locals.of(node))]
  }
  /** Computes a value that will be read from its local. */
  const settled = (node: Node): readonly number[] => (ready.has(node) ? [] : [...value(node), code.drop])
  const read = (node: Node): readonly number[] => get(locals.of(node))
  const operation = (node: Node): readonly number[] => {
    if (!isComputed(node)) throw broken(`a kernel was asked to compute ${node.op}`)
    const args: readonly Node[] = node.args
    const less = lane.operation('less')
    const unequal = [...lane.operation('equal'), ...lane.operation('not')]
    switch (node.op) {
      case 'where': {
        const [c, a, b] = node.args
        return [...value(a), ...value(b), ...value(c), ...lane.select]
      }
      case 'max':
      case 'min': {
        // b if a < b (for min: b < a) or if b is NaN, else a
        const [a, b] = node.args
        const compared = node.op === 'max' ? [...read(a), ...read(b)] : [...read(b), ...read(a)]
        return [
          ...settled(a),
          ...settled(b),
          ...read(b),
          ...read(a),
          ...compared,
          ...less,
          ...read(b),
          ...read(b),
          ...unequal,
          ...lane.operation('or'),
          ...lane.select,
        ]
      }
      case 'sign': {
        // −1 if a < 0, 1 if 0 < a, else a itself: a zero or NaN
        const [a] = node.args
        return [
          ...settled(a),
          ...lane.literal(-1),
          ...lane.literal(1),
          ...read(a),
          ...lane.literal(0),
          ...read(a),
          ...less,
          ...lane.select,
          ...read(a),
          ...lane.literal(0),
          ...less,
          ...lane.select,
        ]
      }
      case 'isFinite':
        return [...value(node.args[0]), ...lane.operation('abs'), ...lane.literal(Number.POSITIVE_INFINITY), ...less]
      case 'isNaN': {
        const [a] = node.args
        return [...settled(a), ...read(a), ...read(a), ...unequal]
      }
      default: {
        const { op } = node
        return isHostFunction(op)
          ? [...args.flatMap(settled), ...lane.calls(locals.host(op), args.map(locals.of))]
          : [...args.flatMap(value), ...lane.operation(op)]
      }
    }
  }
  return { loads, value: (node) => [...cutsBelow(node).flatMap(settled), ...value(node)] }
}

const isComputed = (node: Node): node is Extract<Call, { op: Operation }> => 'args' in node && !isCollective(node.op)

/** How deep an expression may be: the bytes of one are copied at each level. */
const deepest = 16

/** The nodes that are computed before those that need them, so that no expression is too deep. */
const cutNodes = (nodes: readonly Node[]): ReadonlySet<Node> => {
  const cuts = new Set<Node>()
  const depths = new Map<Node, number>()
  for (const node of nodes) {
    const depth = 1 + argsOf(node).reduce((most, a) => Math.max(most, depths.get(a) ?? 0), 0) // what is given has none
    if (depth >= deepest) cuts.add(node)
    depths.set(node, depth >= deepest ? 0 : depth)
  }
  return cuts
}

/** The nodes whose values are needed more than once, and so are kept in locals. */
const heldNodes = ({ nodes, stores, folds }: Kernel, cuts: ReadonlySet<Node>): ReadonlySet<Node> => {
  const held = new Set(cuts)
  const used = new Set<Node>()
  const use = (node: Node): void => {
    if (used.has(node)) held.add(node)
    used.add(node)
  }
  for (const node of nodes) {
    argsOf(node).forEach(use)
    if (readsLocals(node.op)) argsOf(node).forEach((a) => held.add(a))
  }
  stores.forEach(use)
  folds.forEach(({ node }) => use(node))
  return held
}

/** Whether the code of an operation reads its arguments from locals, more than once or as those of a call. */
const readsLocals = (op: Node['op']): boolean =>
  isHostFunction(op) || op === 'max' || op === 'min' || op === 'sign' || op === 'isNaN'
