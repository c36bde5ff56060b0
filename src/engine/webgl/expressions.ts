/** @internal */
import { argsOf, type Call, isInput, type Node, nodesBelow } from '../../equation/Node.js'
import { givesCondition, isCollective, isTreeCollective, type Operation } from '../../equation/operations.js'
import { broken, must } from '../../scalars/must.js'
import type { DrawPass, Source } from './DrawPass.js'
import type { Padding } from './Geometry.js'
import { sumsToHide } from './sumsToHide.js'

/** The statements that compute a pass for one leaf. */
export interface Statements {
  /** What is the same for all elements. */
  readonly once: readonly string[]
  /** What is computed for each texel; reads `at`. */
  readonly each: readonly string[]
  /** The name of a node's value: a vector, or a number where the node reaches no element. */
  readonly nameOf: (node: Node) => string
  /** The value of a node in a texel; `otherwise` in lanes without an element. */
  readonly valueOf: (node: Node, otherwise: string) => string
}

/** A vector of whole numbers of the leaf at hand, as `header` describes them. */
export const whole = (i: number): string => `I[base + ${i}]`

/** The statements of a pass for one leaf, given how a source is read. */
export const statementsOf = (pass: DrawPass, padding: Padding, read: (source: number) => string): Statements => {
  const { graph, sources, wanted, places, drafts } = pass
  const once: string[] = []
  const each: string[] = []
  const names = new Map<Node, string>()
  const nameOf = (node: Node): string => must(names.get(node), 'name')
  const hidden = sumsToHide(graph)
  const isEach = (node: Node): boolean => graph.reach.get(node) === 'element'
  /** The name of an argument, as wide as what is made of it. */
  const argOf = (node: Node, arg: Node): string =>
    !isEach(node) || isEach(arg) ? nameOf(arg) : `${typeOf(arg, true)}(${nameOf(arg)})`
  const textOf = (node: Node): string => {
    const place = places.get(node)
    if (place !== undefined) {
      const row = isTreeCollective(node.op) ? '0' : `${whole(2)}.y`
      return `texelFetch(C${place.table}, ivec2(0, ${row}), 0).${component(place.component)}`
    }
    if (drafts.has(node) || isInput(node)) return `${read(placeOf(sources, node))}${isEach(node) ? '' : '.x'}`
    if (node.op === 'uniform') {
      const u = graph.uniforms.indexOf(node.uniform)
      return `U[${u >> 2}].${component(u & 3)}`
    }
    if (node.op === 'leafSize') return `float(${whole(1)}.w)`
    const args = argsOf(node).map((arg) => argOf(node, arg))
    // A condition that is the same for all elements chooses between vectors as a whole.
    if (node.op === 'where' && !isEach(node.args[0])) return `${nameOf(node.args[0])} ? ${args[1]} : ${args[2]}`
    return operation(node, args)
  }
  for (const node of nodesBelow(wanted, (one) => places.has(one) || drafts.has(one))) {
    const name = `v${names.size}`
    const text = textOf(node)
    const lines = isEach(node) ? each : once
    lines.push(`${typeOf(node, isEach(node))} ${name} = ${hidden.has(node) ? `opaque(${text})` : text};`)
    names.set(node, name)
  }
  if (padding === 'none') return { once, each, nameOf, valueOf: (node) => `vec4(${nameOf(node)})` }
  each.push(`bvec4 inside = ${padding === 'edges' ? 'isWithin' : 'isInside'}(at, ${whole(0)}, ${whole(1)});`)
  const valueOf = (node: Node, otherwise: string): string => `choose(inside, vec4(${nameOf(node)}), vec4(${otherwise}))`
  return { once, each, nameOf, valueOf }
}

const typeOf = ({ op }: Node, isWide: boolean): string =>
  givesCondition(op) ? (isWide ? 'bvec4' : 'bool') : isWide ? 'vec4' : 'float'

const component = (i: number): string => must('xyzw'[i], 'component')

const placeOf = (sources: readonly Source[], node: Node): number => {
  const place = sources.indexOf(node)
  if (place < 0) throw broken('a shader reads what is no source of its pass')
  return place
}

const operation = (node: Node, args: readonly string[]): string => {
  if (!isComputed(node)) throw broken(`a shader was asked to compute ${node.op}`)
  const called = operations[node.op]
  return called.startsWith(' ') ? args.join(called) : `${called}(${args.join(', ')})`
}

const isComputed = (node: Node): node is Extract<Call, { op: Operation }> => 'args' in node && !isCollective(node.op)

/** What stands between two arguments, or before them: a function of the library, or of GLSL itself. */
const operations: Readonly<Record<Operation, string>> = {
  add: ' + ',
  sub: ' - ',
  mul: ' * ',
  neg: '-',
  abs: 'abs',
  sqrt: 'sqrt',
  floor: 'floor',
  ceil: 'ceil',
  round: 'roundEven',
  where: 'choose',
  div: 'quotient',
  max: 'larger',
  min: 'smaller',
  pow: 'powOf',
  sign: 'signOf',
  exp: 'expOf',
  log: 'logOf',
  tanh: 'tanhOf',
  sin: 'sinOf',
  cos: 'cosOf',
  less: 'isBelow',
  lessEqual: 'isAtMost',
  equal: 'isSame',
  isFinite: 'isFinite',
  isNaN: 'isNaN',
  and: 'both',
  or: 'either',
  not: 'no',
}
