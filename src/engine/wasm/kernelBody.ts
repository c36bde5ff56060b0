/** @internal */
import type { Node } from '../../equation/Node.js'
import { givesCondition } from '../../equation/operations.js'
import { must } from '../../scalars/must.js'
import type { Kernel } from '../fused/Kernel.js'
import type { FoldKind } from '../plan/foldOf.js'
import { counted, f32Const, f64Const, get, i32Const, set, simd, tee, unsigned } from './code.js'
import * as code from './opcodes.js'
import * as vector from './vectorOpcodes.js'
import { elementCode } from './elementCode.js'
import type { HostFunction } from './hostFunctions.js'
import { scalarLane, vectorLane, type Lane } from './lanes.js'
import type { Target } from './Target.js'

/** The code of a kernel's one function: locals, then the loops. */
export const kernelBody = (
  kernel: Kernel,
  target: Target,
  host: readonly HostFunction[],
  parameters: number,
): readonly number[] => {
  const { inputs, stores, folds, nodes } = kernel
  const size = inputs.length + stores.length
  const declared: number[] = []
  const local = (type: number): number => parameters + declared.push(type) - 1
  const offset = local(code.i32)
  const end = local(code.i32)
  const totals = folds.map(() => local(code.f64))
  // Each part of the unrolled loop has accumulators of its own, and does not wait for the others.
  const accumulators = folds.map(({ fold }) =>
    Array.from({ length: target.simd ? unroll * (fold === 'max' ? 1 : 2) : 0 }, () => local(code.v128)),
  )
  const totalOf = (f: number): number => must(totals[f], 'local for a total')
  const accumulatorsOf = (f: number): readonly number[] => must(accumulators[f], 'locals for the sums of a fold')

  /** A loop over groups of `width` × `parts` elements, from where the last one ended. */
  const loop = (lane: Lane, width: number, parts: number): readonly number[] => {
    const wide = width > 1
    const places = new Map<Node, number>()
    for (const node of [...inputs, ...nodes])
      places.set(node, local(wide ? code.v128 : givesCondition(node.op) ? code.i32 : code.f32))
    const prepared = kernel.uniforms.flatMap((node, u) => {
      const given = size + 1 + u
      const isCondition = givesCondition(node.op)
      if (!wide && !isCondition) {
        places.set(node, given)
        return []
      }
      const own = local(wide ? code.v128 : code.i32)
      places.set(node, own)
      return [...(isCondition ? lane.condition(given) : lane.number(given)), ...set(own)]
    })
    const locals = {
      of: (node: Node) => must(places.get(node), `local for ${node.op}`),
      host: (name: HostFunction) => host.indexOf(name),
    }
    const read = (node: Node): readonly number[] => get(locals.of(node))
    const group = (part: number): readonly number[] => {
      const at = (pointer: number): readonly number[] => [...get(pointer), ...get(offset), code.i32Add]
      const beside = [0x02, ...unsigned(part * width * 4)]
      return [
        // What is stored may lie where an input lay.
        ...inputs.flatMap((node, i) => [...at(i), ...lane.load, ...beside, ...set(locals.of(node))]),
        ...nodes.flatMap((node) => [...elementCode(node, lane, locals), ...set(locals.of(node))]),
        ...stores.flatMap((node, o) => [...at(inputs.length + o), ...read(node), ...lane.store, ...beside]),
        ...folds.flatMap(({ fold, node }, f) =>
          wide
            ? foldVector(fold, read(node), accumulatorsOf(f), part, scratch)
            : foldOne(fold, read(node), totalOf(f), scratch),
        ),
      ]
    }
    const scratch = local(wide ? code.v128 : code.f64)
    const step = width * parts * 4
    return [
      ...prepared,
      // end = the offset before which a whole group fits
      ...get(size),
      ...i32Const(2),
      code.i32Shl,
      ...get(offset),
      code.i32Sub,
      ...i32Const(-step),
      code.i32And,
      ...get(offset),
      code.i32Add,
      ...set(end),
      ...code.block,
      ...code.loop,
      ...get(offset),
      ...get(end),
      code.i32GeU,
      code.brIf,
      1,
      ...Array.from({ length: parts }, (_, part) => group(part)).flat(),
      ...get(offset),
      ...i32Const(step),
      code.i32Add,
      ...set(offset),
      code.br,
      0,
      code.end,
      code.end,
    ]
  }

  const lowest = f32Const(Number.NEGATIVE_INFINITY)
  const start = folds.flatMap(({ fold }, f) =>
    fold !== 'max'
      ? []
      : [
          ...f64Const(Number.NEGATIVE_INFINITY),
          ...set(totalOf(f)),
          ...accumulatorsOf(f).flatMap((accumulator) => [...lowest, ...simd(vector.f32x4Splat), ...set(accumulator)]),
        ],
  )
  const vectors = target.simd
    ? [
        ...loop(vectorLane, 4, unroll),
        ...loop(vectorLane, 4, 1),
        ...folds.flatMap(({ fold }, f) => gathered(fold, accumulatorsOf(f), totalOf(f))),
      ]
    : []
  const rest = loop(scalarLane, 1, 1)
  return [
    ...counted(declared.map((type) => [1, type])),
    ...start,
    ...vectors,
    ...rest,
    ...totals.flatMap(get),
    code.end,
  ]
}

/** How many vectors a turn of the main loop takes. */
const unroll = 4

const highHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]

const foldVector = (
  fold: FoldKind,
  value: readonly number[],
  accumulators: readonly number[],
  part: number,
  scratch: number,
): readonly number[] => {
  if (fold === 'max') {
    const most = must(accumulators[part], 'local for a largest element')
    return [...get(most), ...value, ...simd(vector.f32x4Max), ...set(most)]
  }
  const low = must(accumulators[2 * part], 'local for half a sum')
  const high = must(accumulators[2 * part + 1], 'local for half a sum')
  const squared = fold === 'squares' ? [...tee(scratch), ...get(scratch), ...simd(vector.f64x2Mul)] : []
  return [
    ...get(low),
    ...value,
    ...simd(vector.f64x2Promote),
    ...squared,
    ...simd(vector.f64x2Add),
    ...set(low),
    ...get(high),
    ...value,
    ...value,
    ...simd(vector.shuffle, ...highHalf),
    ...simd(vector.f64x2Promote),
    ...squared,
    ...simd(vector.f64x2Add),
    ...set(high),
  ]
}

const foldOne = (fold: FoldKind, value: readonly number[], total: number, scratch: number): readonly number[] => [
  ...get(total),
  ...value,
  code.f64Promote,
  ...(fold === 'squares' ? [...tee(scratch), ...get(scratch), code.f64Mul] : []),
  fold === 'max' ? code.f64Max : code.f64Add,
  ...set(total),
]

/** The elements of all accumulators as one number. */
const gathered = (fold: FoldKind, accumulators: readonly number[], total: number): readonly number[] => {
  const elements = fold === 'max' ? [0, 1, 2, 3] : [0, 1]
  return accumulators.flatMap((accumulator) =>
    elements.flatMap((lane) => [
      ...get(total),
      ...get(accumulator),
      ...(fold === 'max'
        ? [...simd(vector.f32x4Extract, lane), code.f64Promote, code.f64Max]
        : [...simd(vector.f64x2Extract, lane), code.f64Add]),
      ...set(total),
    ]),
  )
}
