/** @internal */
import type { Node } from '../../equation/Node.js'
import { givesCondition } from '../../equation/operations.js'
import { must } from '../../scalars/must.js'
import { type Fold, type Kernel, startOf } from '../fused/Kernel.js'
import { type Code, counted, f64Const, get, i32Const, set, simd, tee, unsigned } from './code.js'
import * as code from './opcodes.js'
import * as vector from './vectorOpcodes.js'
import { elementCode, type Locals } from './elementCode.js'
import { scalarLane, vectorLane, type Lane } from './lanes.js'

/** The code of a kernel's one function: locals, then the loops. */
export const kernelBody = (kernel: Kernel, isSimd: boolean, host: Locals['host']): Code => {
  const { inputs, stores, nodes, uniforms } = kernel
  const size = inputs.length + stores.length
  const declared: number[] = []
  const parameters = size + 1 + uniforms.length
  const local = (type: number): number => parameters + declared.push(type) - 1
  const offset = local(code.i32)
  const end = local(code.i32)
  const folds = kernel.folds.map((fold): LocalFold => ({
    fold,
    total: local(code.f64),
    parts: isSimd ? eachOf(unroll, () => eachOf(fold.fold === 'max' ? 1 : 2, () => local(code.v128))) : [],
  }))

  /** A loop over groups of `width` × `parts` elements, from where the last one ended. */
  const loop = (lane: Lane, width: number, parts: number): Code => {
    const wide = width > 1
    const typeOf = (node: Node): number => (wide ? code.v128 : givesCondition(node.op) ? code.i32 : code.f32)
    const places = new Map([...inputs, ...nodes, ...uniforms].map((node) => [node, local(typeOf(node))]))
    const locals: Locals = { of: (node) => must(places.get(node), 'local'), host }
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
        folds.map(({ fold, total, parts: own }) =>
          (wide ? must(own[part], 'fold') : [total]).map((sum, half) => [
            get(sum),
            fold.fold === 'max'
              ? [read(fold.node), lane.largest]
              : [
                  lane.double(read(fold.node), half),
                  fold.fold === 'squares' ? [tee(scratch), get(scratch), lane.doubleMul] : [],
                  lane.doubleAdd,
                ],
            set(sum),
          ]),
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
    isSimd ? [loop(vectorLane, 4, unroll), loop(vectorLane, 4, 1), folds.map(gathered)] : [],
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
interface LocalFold {
  readonly fold: Fold
  readonly total: number
  /** For each part of the unrolled loop the vectors that it accumulates in, so that none waits for another: one for the
   *  largest elements, or a sum's two halves in double. */
  readonly parts: readonly (readonly number[])[]
}

const started = ({ fold, total, parts }: LocalFold): Code => [
  [f64Const(startOf(fold)), set(total)],
  parts.flat().map((own) => [vectorLane.literal(startOf(fold)), set(own)]),
]

/** The elements of all accumulators as one number. */
const gathered = ({ fold, total, parts }: LocalFold): Code =>
  parts
    .flat()
    .map((own) =>
      (fold.fold === 'max' ? [0, 1, 2, 3] : [0, 1]).map((lane) => [
        get(total),
        get(own),
        fold.fold === 'max'
          ? [simd(vector.f32x4Extract, lane), scalarLane.largest]
          : [simd(vector.f64x2Extract, lane), code.f64Add],
        set(total),
      ]),
    )
