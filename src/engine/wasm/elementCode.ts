/** @internal */
import type { Call, Node } from '../../equation/Node.js'
import { isCollective, type Operation } from '../../equation/operations.js'
import { broken } from '../../scalars/must.js'
import { type Code, get } from './code.js'
import { isInstruction } from './instructions.js'
import type { Lane } from './lanes.js'

/** The operations that have no instruction and are not made of any: an operation that is neither does not compile here. */
export type HostFunction = 'exp' | 'log' | 'tanh' | 'sin' | 'cos' | 'pow'

/** Where the values of a kernel are kept. */
export interface Locals {
  /** The local of a node's value; that of a uniform is ready for the lane. */
  readonly of: (node: Node) => number
  /** The index of a function that is imported from the host, where an operation has no instruction. Its result is rounded to
   *  float32 on the way back. */
  readonly host: (op: HostFunction) => number
}

/** The bytes that put a node's value on the stack, from the locals of its arguments. Compilers see no difference to one
 *  large expression: they look through locals. */
export const elementCode = (node: Node, lane: Lane, locals: Locals): Code => {
  if (!isComputed(node)) throw broken(`a kernel was asked to compute ${node.op}`)
  const { instructions, literal } = lane
  const read = (arg: Node): Code => get(locals.of(arg))
  const isLess = (a: Code, b: Code): Code => [a, b, instructions.less]
  const isNaN = (a: Code): Code => [a, a, instructions.equal, instructions.not]
  const select = (yes: Code, no: Code, condition: Code): Code => [yes, no, condition, lane.select]
  switch (node.op) {
    case 'where': {
      const [c, a, b] = node.args
      return select(read(a), read(b), read(c))
    }
    case 'max':
    case 'min': {
      const [a, b] = [read(node.args[0]), read(node.args[1])]
      const isBeyond = node.op === 'max' ? isLess(a, b) : isLess(b, a)
      return select(b, a, [isBeyond, isNaN(b), instructions.or])
    }
    case 'sign': {
      // a itself where it is a zero or NaN
      const [a, zero] = [read(node.args[0]), literal(0)]
      return select(literal(-1), select(literal(1), a, isLess(zero, a)), isLess(a, zero))
    }
    case 'isFinite':
      return isLess([read(node.args[0]), instructions.abs], literal(Number.POSITIVE_INFINITY))
    case 'isNaN':
      return isNaN(read(node.args[0]))
    default: {
      const { op } = node
      const args: readonly Node[] = node.args
      return isInstruction(op) ? [args.map(read), instructions[op]] : lane.calls(locals.host(op), args.map(locals.of))
    }
  }
}

const isComputed = (node: Node): node is Extract<Call, { op: Operation }> => 'args' in node && !isCollective(node.op)
