/** @internal */
import { isCondition, usesOf, type Fold, type Kernel } from '../fused/Kernel.js'
import { code, counted, f32Const, f64Const, get, i32Const, set, simd, tee, unsigned } from './code.js'
import { elementCode, type Address } from './elementCode.js'
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
  const uses = usesOf(kernel)
  const size = inputs + stores.length
  const declared: number[] = []
  const local = (type: number): number => parameters + declared.push(type) - 1
  const offset = local(code.i32)
  const end = local(code.i32)
  const totals = folds.map(() => local(code.f64))
  // Each part of the unrolled loop has accumulators of its own, and does not wait for the others.
  const accumulators = folds.map(({ fold }) =>
    Array.from({ length: target.simd ? unroll * (fold === 'max' ? 1 : 2) : 0 }, () => local(code.v128)),
  )

  /** A loop over groups of `width` × `parts` elements, from where the last one ended. */
  const loop = (lane: Lane, width: number, parts: number): readonly number[] => {
    const wide = width > 1
    const values = nodes.map((node) =>
      node.op === 'number' || node.op === 'condition'
        ? -1
        : local(wide ? code.v128 : isCondition(node.op) ? code.i32 : code.f32),
    )
    const uniforms = new Map<number, number>()
    const prepared = nodes.flatMap((node) => {
      if (node.op !== 'number' && node.op !== 'condition') return []
      const given = size + 1 + node.uniform
      if (!wide && node.op === 'number') {
        uniforms.set(node.uniform, given)
        return []
      }
      const own = local(wide ? code.v128 : code.i32)
      uniforms.set(node.uniform, own)
      return [...lane[node.op](given), ...set(own)]
    })
    const locals = {
      node: (id: number) => values[id] ?? 0,
      uniform: (index: number) => uniforms.get(index) ?? 0,
      host: (name: HostFunction) => host.indexOf(name),
    }
    const group = (part: number): readonly number[] => {
      const at = (pointer: number): Address => [
        [...get(pointer), ...get(offset), code.i32Add],
        [0x02, ...unsigned(part * width * 4)],
      ]
      const { loads, value } = elementCode(kernel, uses, lane, locals, at)
      const stored = stores.flatMap((id, o) => {
        const [base, immediate] = at(inputs + o)
        return [...base, ...value(id), ...lane.store, ...immediate]
      })
      return [
        ...loads,
        ...stored,
        ...folds.flatMap(({ fold, node }, f) =>
          wide
            ? foldVector(fold, value(node), accumulators[f] ?? [], part, scratch, double)
            : foldOne(fold, value(node), totals[f] ?? 0, scratch),
        ),
      ]
    }
    const scratch = folds.length > 0 ? local(wide ? code.v128 : code.f64) : 0
    const double = wide && folds.some(({ fold }) => fold === 'squares') ? local(code.v128) : 0
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
          ...set(totals[f] ?? 0),
          ...(accumulators[f] ?? []).flatMap((accumulator) => [...lowest, ...simd('f32x4Splat'), ...set(accumulator)]),
        ],
  )
  const vectors = target.simd
    ? [
        ...loop(vectorLane, 4, unroll),
        ...loop(vectorLane, 4, 1),
        ...folds.flatMap(({ fold }, f) => gathered(fold, accumulators[f] ?? [], totals[f] ?? 0)),
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
  fold: Fold['fold'],
  value: readonly number[],
  accumulators: readonly number[],
  part: number,
  scratch: number,
  double: number,
): readonly number[] => {
  if (fold === 'max') {
    const most = accumulators[part] ?? 0
    return [...get(most), ...value, ...simd('f32x4Max'), ...set(most)]
  }
  const [low = 0, high = 0] = accumulators.slice(2 * part)
  const squared = fold === 'squares' ? [...tee(double), ...get(double), ...simd('f64x2Mul')] : []
  return [
    ...value,
    ...set(scratch),
    ...get(low),
    ...get(scratch),
    ...simd('f64x2Promote'),
    ...squared,
    ...simd('f64x2Add'),
    ...set(low),
    ...get(high),
    ...get(scratch),
    ...get(scratch),
    ...simd('shuffle', ...highHalf),
    ...simd('f64x2Promote'),
    ...squared,
    ...simd('f64x2Add'),
    ...set(high),
  ]
}

const foldOne = (fold: Fold['fold'], value: readonly number[], total: number, scratch: number): readonly number[] => [
  ...get(total),
  ...value,
  code.f64Promote,
  ...(fold === 'squares' ? [...tee(scratch), ...get(scratch), code.f64Mul] : []),
  fold === 'max' ? code.f64Max : code.f64Add,
  ...set(total),
]

/** The elements of all accumulators as one number. */
const gathered = (fold: Fold['fold'], accumulators: readonly number[], total: number): readonly number[] => {
  const elements = fold === 'max' ? [0, 1, 2, 3] : [0, 1]
  return accumulators.flatMap((accumulator) =>
    elements.flatMap((lane) => [
      ...get(total),
      ...get(accumulator),
      ...(fold === 'max'
        ? [...simd('f32x4Extract', lane), code.f64Promote, code.f64Max]
        : [...simd('f64x2Extract', lane), code.f64Add]),
      ...set(total),
    ]),
  )
}
