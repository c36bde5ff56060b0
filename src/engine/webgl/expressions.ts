/** @internal */
import type { Graph, Node } from '../../equation/Graph.js'
import { isTreeCollective, type Operation } from '../../equation/operations.js'
import type { arithmeticFunctions } from './arithmeticFunctions.js'
import type { transcendentalFunctions } from './transcendentalFunctions.js'
import type { Mode } from './Access.js'
import type { Pass } from './Pass.js'
import { isCondition } from './passesOf.js'
import { sumsToHide } from './sumsToHide.js'

/** The statements that compute a pass for one leaf. */
export interface Statements {
  /** What is the same for all elements. */
  readonly once: readonly string[]
  /** What is computed for each texel; reads `at`. */
  readonly each: readonly string[]
  /** The name of a node's value: a vector, or a number where the node reaches no element. */
  readonly nameOf: (id: number) => string
}

/** The vectors of whole numbers that describe one leaf of a draw; those of its sources follow.
 *
 *    0  width, texels in a row, rows of texels, rows to walk
 *    1  rows, columns, batch, first row of the result
 *    2  row in tables, size (bits of a float), stride between rows, - */
export const header = 3

/** How a texel `at` of a source is read. `whole` names the vectors of whole numbers of its leaf. */
export const readText = (
  mode: Mode | undefined,
  image: string,
  whole: (i: number) => string,
  source: number,
): string => {
  const by = whole(header + source)
  switch (mode) {
    case 'linear':
      return `linear(${image}, at, ${whole(0)}, ${by}.x)`
    case 'matrix':
      return `matrix(${image}, at)`
    case 'flat':
      return `flatly(${image}, at, ${whole(0)}, ${whole(1)}, ${by})`
    case 'repacked':
      return `repacked(${image}, at, ${whole(0)}, ${whole(1)}, ${by})`
    case 'one':
      return `texelFetch(${image}, ${by}.xy, 0).r`
    default:
      return `texelFetch(${image}, at, 0)`
  }
}

/** The statements of a pass for one leaf, given how its sources are read and how its vectors of whole numbers are
 *  called. */
export const statementsOf = (
  pass: Pass,
  read: (source: number) => string,
  whole: (i: number) => string,
): Statements => {
  const { graph, sources } = pass
  const once: string[] = []
  const each: string[] = []
  const names = new Map<number, string>()
  const hidden = sumsToHide(graph)
  const find = (is: (s: Pass['sources'][number]) => boolean): string => read(sources.findIndex(is))
  const visit = (id: number): string => {
    const known = names.get(id)
    if (known !== undefined) return known
    const node = graph.nodes[id] as Node // ids are indices of nodes
    const isEach = graph.reach[id] === 'element'
    const name = `v${id}`
    const place = pass.places.get(id)
    const arg = (a: number): string => {
      const value = visit(a)
      if (!isEach || graph.reach[a] === 'element') return value
      return isCondition(graph, a) ? `bvec4(${value})` : `vec4(${value})`
    }
    const text =
      place !== undefined
        ? `texelFetch(C${pass.tables.indexOf(place.table)}, ivec2(0, ${isTreeCollective(node.op) ? '0' : `${whole(2)}.x`}), 0).${'xyzw'[place.component]}`
        : pass.drafts.has(id)
          ? find((s) => s.kind === 'draft' && s.node === id)
          : node.op === 'uniform'
            ? `U[${node.uniform >> 2}].${'xyzw'[node.uniform & 3]}`
            : node.op === 'leafSize'
              ? `intBitsToFloat(${whole(2)}.y)`
              : node.op === 'update' || node.op === 'param'
                ? find((s) => s.kind === node.op)
                : node.op === 'slot'
                  ? find((s) => s.kind === 'slot' && s.stage === node.stage && s.name === node.name)
                  : // A condition that is the same for all elements chooses between vectors as a whole.
                    node.op === 'where' && graph.reach[node.args[0]] !== 'element'
                    ? `${visit(node.args[0])} ? ${arg(node.args[1])} : ${arg(node.args[2])}`
                    : operation(node, 'args' in node ? node.args.map(arg) : [])
    const type = isCondition(graph, id) ? (isEach ? 'bvec4' : 'bool') : isEach ? 'vec4' : 'float'
    const lines = isEach ? each : once
    lines.push(`${type} ${name} = ${hidden.has(id) ? `opaque(${text})` : text};`)
    names.set(id, name)
    return name
  }
  pass.wanted.forEach(visit)
  return { once, each, nameOf: (id) => names.get(id) ?? '0.0' }
}

const operation = (node: Node, [a = '', b = '', c = '']: readonly string[]): string => {
  switch (node.op) {
    case 'add':
      return `${a} + ${b}`
    case 'sub':
      return `${a} - ${b}`
    case 'mul':
      return `${a} * ${b}`
    case 'div':
      return `${a} / ${b}`
    case 'neg':
      return `-${a}`
    case 'abs':
    case 'sqrt':
    case 'floor':
    case 'ceil':
      return `${node.op}(${a})`
    case 'round':
      return `roundEven(${a})`
    case 'where':
      return `choose(${a}, ${b}, ${c})`
    case 'uniform':
    case 'update':
    case 'param':
    case 'slot':
    case 'leafSize':
    case 'leafSum':
    case 'leafMax':
    case 'leafNorm':
    case 'treeSum':
    case 'treeNorm':
      throw new TypeError(`a shader was asked to compute ${node.op}: please report this`)
    default:
      return `${functions[node.op]}(${a}${b === '' ? '' : `, ${b}`})`
  }
}

/** What is no operator of GLSL, by the name of its function in the library. */
const functions = {
  max: 'larger',
  min: 'smaller',
  pow: 'powOf',
  sign: 'signOf',
  exp: 'expOf',
  log: 'logOf',
  tanh: 'tanhOf',
  less: 'isBelow',
  lessEqual: 'isAtMost',
  equal: 'isSame',
  isFinite: 'isFinite',
  isNaN: 'isNaN',
  and: 'both',
  or: 'either',
  not: 'no',
} as const satisfies Partial<
  Readonly<Record<Operation, keyof typeof arithmeticFunctions | keyof typeof transcendentalFunctions>>
>

/** The declarations of a program's uniforms. */
export const declarations = ({
  targets,
  samplers,
  tables,
  ints,
  graph,
}: {
  readonly targets: number
  readonly samplers: number
  readonly tables: number
  readonly ints: number
  readonly graph?: Graph
}): string =>
  [
    '#version 300 es',
    'precision highp float;',
    'precision highp int;',
    'precision highp sampler2D;',
    ...Array.from({ length: targets }, (_, i) => `layout(location = ${i}) out vec4 o${i};`),
    ...Array.from({ length: samplers }, (_, i) => `uniform sampler2D T${i};`),
    ...Array.from({ length: tables }, (_, i) => `uniform sampler2D C${i};`),
    `uniform ivec4 I[${Math.max(1, ints)}];`,
    `uniform vec4 U[${Math.max(1, Math.ceil((graph?.uniforms.length ?? 0) / 4))}];`,
    'uniform uint ZERO;',
  ].join('\n')
