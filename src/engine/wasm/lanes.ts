/** @internal */
import { call, f32Const, get, simd } from './code.js'
import * as code from './opcodes.js'
import * as vector from './vectorOpcodes.js'
import { type Instruction, scalarInstructions, vectorInstructions } from './instructions.js'

/** How one group of elements is computed: a vector of four, or one element. */
export interface Lane {
  readonly load: readonly number[]
  readonly store: readonly number[]
  /** The bytes of an operation whose arguments are on the stack. */
  readonly operation: (op: Instruction) => readonly number[]
  /** Selects: the two values and the condition are on the stack. */
  readonly select: readonly number[]
  /** A uniform, ready for this lane. */
  readonly number: (uniform: number) => readonly number[]
  readonly condition: (uniform: number) => readonly number[]
  readonly literal: (x: number) => readonly number[]
  /** A call of the host for each element; the arguments are in locals. */
  readonly calls: (f: number, args: readonly number[]) => readonly number[]
}

const zero = f32Const(0)

export const vectorLane: Lane = {
  load: simd(vector.load),
  store: simd(vector.store),
  operation: (op) => vectorInstructions[op],
  select: simd(vector.bitselect),
  number: (uniform) => [...get(uniform), ...simd(vector.f32x4Splat)],
  condition: (uniform) => [
    ...get(uniform),
    ...simd(vector.f32x4Splat),
    ...zero,
    ...simd(vector.f32x4Splat),
    ...simd(vector.f32x4Ne),
  ],
  literal: (x) => [...f32Const(x), ...simd(vector.f32x4Splat)],
  calls: (f, args) =>
    [0, 1, 2, 3].flatMap((lane) => [
      // the vector is begun by its first element and gets the others one by one
      ...args.flatMap((a) => [...get(a), ...simd(vector.f32x4Extract, lane)]),
      ...call(f),
      ...(lane === 0 ? simd(vector.f32x4Splat) : simd(vector.f32x4Replace, lane)),
    ]),
}

export const scalarLane: Lane = {
  load: [code.f32Load],
  store: [code.f32Store],
  operation: (op) => scalarInstructions[op],
  select: [code.select],
  number: get,
  condition: (uniform) => [...get(uniform), ...zero, code.f32Ne],
  literal: f32Const,
  calls: (f, args) => [...args.flatMap(get), ...call(f)],
}
