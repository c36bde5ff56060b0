/** @internal */
import { argsOf, type Kernel, type KernelNode } from '../fused/Kernel.js'
import { code, get, set, tee } from './code.js'
import { type HostFunction, isHostFunction } from './hostFunctions.js'
import type { Lane } from './lanes.js'

/** Where the values of a kernel's nodes are kept. */
export interface Locals {
  readonly node: (id: number) => number
  /** The local of a uniform, ready for the lane. */
  readonly uniform: (index: number) => number
  /** The index of an imported function. */
  readonly host: (name: HostFunction) => number
}

/** The bytes that compute one group of elements. */
export interface ElementCode {
  /** Loads all inputs. Must come first: what is stored may lie where an input lay. */
  readonly loads: readonly number[]
  /** Puts a node's value on the stack. To be asked for in the order in which the bytes run. */
  readonly value: (id: number) => readonly number[]
}

/** An address: the bytes of its base, and the immediate of the load or store. */
export type Address = readonly [base: readonly number[], immediate: readonly number[]]

export const elementCode = (
  kernel: Kernel,
  uses: readonly number[],
  lane: Lane,
  locals: Locals,
  address: (input: number) => Address,
): ElementCode => {
  const { nodes } = kernel
  const ready = new Set<number>()
  const cuts = cutNodes(nodes)
  const held = heldNodes(nodes, uses, cuts)
  const loads = nodes.flatMap((node, id) => {
    if (node.op !== 'input') return []
    const [base, immediate] = address(node.input)
    ready.add(id)
    return [...base, ...lane.load, ...immediate, ...set(locals.node(id))]
  })
  const localOf = (id: number): number => {
    const node = nodes[id]
    return node?.op === 'number' || node?.op === 'condition' ? locals.uniform(node.uniform) : locals.node(id)
  }
  const known = (id: number): boolean => ready.has(id) || nodes[id]?.op === 'number' || nodes[id]?.op === 'condition'
  const below = (id: number): readonly number[] => {
    const found: number[] = []
    const seen = new Set<number>()
    const open = [id]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const node = nodes[next]
      if (node === undefined || known(next) || seen.has(next)) continue
      seen.add(next)
      if (cuts.has(next) && next !== id) found.push(next)
      open.push(...argsOf(node))
    }
    return found.sort((a, b) => a - b)
  }
  const value = (id: number): readonly number[] => {
    if (known(id)) return get(localOf(id))
    const node = nodes[id]
    if (node === undefined) return []
    const computed = operation(node)
    if (!held.has(id)) return computed
    ready.add(id)
    return [...computed, ...tee(localOf(id))]
  }
  /** Computes a value that will be read from its local. */
  const settled = (id: number): readonly number[] => (known(id) ? [] : [...value(id), code.drop])
  const read = (id: number): readonly number[] => get(localOf(id))
  const operation = (node: KernelNode): readonly number[] => {
    const args = argsOf(node)
    const [a = 0, b = 0, c = 0] = args
    const less = lane.operation('less')
    const unequal = [...lane.operation('equal'), ...lane.operation('not')]
    const { op } = node
    if (isHostFunction(op)) return [...args.flatMap(settled), ...lane.calls(locals.host(op), args.map(localOf))]
    switch (op) {
      case 'where':
        return [...value(b), ...value(c), ...value(a), ...lane.select]
      case 'max':
      case 'min': {
        // b if a < b (for min: b < a) or if b is NaN, else a
        const compared = op === 'max' ? [...read(a), ...read(b)] : [...read(b), ...read(a)]
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
      case 'sign':
        // −1 if a < 0, 1 if 0 < a, else a itself: a zero or NaN
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
      case 'isFinite':
        return [...value(a), ...lane.operation('abs'), ...lane.literal(Number.POSITIVE_INFINITY), ...less]
      case 'isNaN':
        return [...settled(a), ...read(a), ...read(a), ...unequal]
      case 'input':
      case 'number':
      case 'condition':
        throw new TypeError(`a kernel was asked to compute ${op}: please report this`)
      default:
        return [...args.flatMap(value), ...lane.operation(op)]
    }
  }
  return { loads, value: (id) => [...below(id).flatMap(settled), ...value(id)] }
}

/** How deep an expression may be: the bytes of one are copied at each level. */
const deepest = 16

/** The nodes that are computed before those that need them, so that no expression is too deep. */
const cutNodes = (nodes: readonly KernelNode[]): ReadonlySet<number> => {
  const cuts = new Set<number>()
  const depths: number[] = []
  nodes.forEach((node, id) => {
    const depth = 1 + argsOf(node).reduce((most, a) => Math.max(most, depths[a] ?? 0), 0)
    if (depth >= deepest) cuts.add(id)
    depths.push(depth >= deepest ? 0 : depth)
  })
  return cuts
}

/** The nodes whose values are needed more than once, and so are kept in locals. */
const heldNodes = (
  nodes: readonly KernelNode[],
  uses: readonly number[],
  cuts: ReadonlySet<number>,
): ReadonlySet<number> => {
  const held = new Set(cuts)
  nodes.forEach((node, id) => {
    if ((uses[id] ?? 0) > 1) held.add(id)
    if (readsLocals(node.op)) argsOf(node).forEach((a) => held.add(a))
  })
  return held
}

/** Whether the code of an operation reads its arguments from locals, more than once or as those of a call. */
const readsLocals = (op: KernelNode['op']): boolean =>
  isHostFunction(op) || op === 'max' || op === 'min' || op === 'sign' || op === 'isNaN'
