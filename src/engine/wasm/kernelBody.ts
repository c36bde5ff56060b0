/** @internal */
import type { Node } from '../../equation/Node.js'
import { givesCondition } from '../../equation/operations.js'
import { must } from '../../scalars/must.js'
import type { Fold, Kernel } from '../fused/Kernel.js'
import { type Code, counted, f64Const, get, i32Const, set, simd, tee, unsigned } from './code.js'
import * as code from './opcodes.js'
import * as vector from './vectorOpcodes.js'
import { elementCode } from './elementCode.js'
import type { HostFunction } from './hostFunctions.js'
import { scalarLane, vectorLane, type Lane } from './lanes.js'
import type { Target } from './Target.js'

/** The code of a kernel's one function: locals, then the loops. */
export const kernelBody = (kernel: Kernel, target: Target, host: readonly HostFunction[]): Code => {
  const { inputs, stores, nodes, uniforms } = kernel
  const size = inputs.length + stores.length
  const declared: number[] = []
  const parameters = size + 1 + uniforms.length
  const local = (type: number): number => parameters + declared.push(type) - 1
  const offset = local(code.i32)
  const end = local(code.i32)
  const folds = kernel.folds.map(({ fold, node }): LocalFold => {
    const vectors = fold === 'max' ? [0] : [0, 1]
    return {
      fold,
      node,
      total: local(code.f64),
      parts: target.simd ? eachOf(unroll, () => vectors.map(() => local(code.v128))) : [],
    }
  })

  /** A loop over groups of `width` × `parts` elements, from where the last one ended. */
  const loop = (lane: Lane, width: number, parts: number): Code => {
    const wide = width > 1
    const typeOf = (node: Node): number => (wide ? code.v128 : givesCondition(node.op) ? code.i32 : code.f32)
    const places = new Map([...inputs, ...nodes, ...uniforms].map((node) => [node, local(typeOf(node))]))
    const locals = {
      of: (node: Node) => must(places.get(node), 'local'),
      host: (name: HostFunction) => host.indexOf(name),
    }
    const read = (node: Node): Code => get(locals.of(node))
    const prepared = uniforms.map((node, u) => {
      const given = size + 1 + u
      return [givesCondition(node.op) ? lane.condition(given) : lane.number(given), set(locals.of(node))]
    })
    const scratch = local(wide ? code.v128 : code.f64)
    const group = (part: number): Code => {
      const at = (pointer: number): Code => [get(pointer), get(offset), code.i32Add]
      const beside = [0x02, unsigned(part * width * 4)]
      return [
        // What is stored may lie where an input lay.
        inputs.map((node, i) => [at(i), lane.load, beside, set(locals.of(node))]),
        nodes.map((node) => [elementCode(node, lane, locals), set(locals.of(node))]),
        stores.map((node, o) => [at(inputs.length + o), read(node), lane.store, beside]),
        folds.map((one) =>
          wide ? foldVector(one, read(one.node), part, scratch) : foldOne(one, read(one.node), scratch),
        ),
      ]
    }
    const step = width * parts * 4
    return [
      prepared,
      // end = the offset before which a whole group fits
      [get(size), i32Const(2), code.i32Shl, get(offset), code.i32Sub, i32Const(-step), code.i32And],
      [get(offset), code.i32Add, set(end)],
      [code.block, code.loop, get(offset), get(end), code.i32GeU, code.brIf, 1],
      eachOf(parts, group),
      [get(offset), i32Const(step), code.i32Add, set(offset), code.br, 0, code.end, code.end],
    ]
  }

  const loops = [
    target.simd ? [loop(vectorLane, 4, unroll), loop(vectorLane, 4, 1), folds.map(gathered)] : [],
    loop(scalarLane, 1, 1),
  ]
  return [
    counted(declared.map((type) => [1, type])),
    folds.map(started),
    loops,
    folds.map(({ total }) => get(total)),
    code.end,
  ]
}

/** How many vectors a turn of the main loop takes. */
const unroll = 4

const eachOf = <A>(count: number, make: (i: number) => A): readonly A[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** A fold and its locals. */
interface LocalFold extends Fold {
  readonly total: number
  /** For each part of the unrolled loop the vectors that it accumulates in, so that none waits for another: one for the
   *  largest elements, or a sum's two halves. */
  readonly parts: readonly (readonly number[])[]
}

const started = ({ fold, total, parts }: LocalFold): Code =>
  fold === 'max'
    ? [
        f64Const(Number.NEGATIVE_INFINITY),
        set(total),
        parts.flat().map((own) => [vectorLane.literal(Number.NEGATIVE_INFINITY), set(own)]),
      ]
    : []

const foldVector = ({ fold, parts }: LocalFold, value: Code, part: number, scratch: number): Code => {
  const squared = fold === 'squares' ? [tee(scratch), get(scratch), simd(vector.f64x2Mul)] : []
  return must(parts[part], 'fold').map((own, half) => [
    get(own),
    value,
    fold === 'max'
      ? simd(vector.f32x4Max)
      : [half === 0 ? [] : [value, highHalf], simd(vector.f64x2Promote), squared, simd(vector.f64x2Add)],
    set(own),
  ])
}

const highHalf = simd(vector.shuffle, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)

const foldOne = ({ fold, total }: LocalFold, value: Code, scratch: number): Code => [
  get(total),
  value,
  code.f64Promote,
  fold === 'squares' ? [tee(scratch), get(scratch), code.f64Mul] : [],
  fold === 'max' ? code.f64Max : code.f64Add,
  set(total),
]

/** The elements of all accumulators as one number. */
const gathered = ({ fold, total, parts }: LocalFold): Code =>
  parts
    .flat()
    .map((own) =>
      (fold === 'max' ? [0, 1, 2, 3] : [0, 1]).map((lane) => [
        get(total),
        get(own),
        fold === 'max'
          ? [simd(vector.f32x4Extract, lane), code.f64Promote, code.f64Max]
          : [simd(vector.f64x2Extract, lane), code.f64Add],
        set(total),
      ]),
    )
