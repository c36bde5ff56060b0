/** @internal */
import { call, type Code, f32Const, get, simd } from './code.js'
import * as code from './opcodes.js'
import * as vector from './vectorOpcodes.js'
import { type Instruction, scalarInstructions, vectorInstructions } from './instructions.js'

/** How one group of elements is computed: a vector of four, or one element. */
export interface Lane {
  readonly load: Code
  readonly store: Code
  /** Operations whose arguments are on the stack. */
  readonly instructions: Readonly<Record<Instruction, Code>>
  /** Selects: the two values and the condition are on the stack. */
  readonly select: Code
  /** A uniform, ready for this lane. */
  readonly number: (uniform: number) => Code
  readonly condition: (uniform: number) => Code
  readonly literal: (x: number) => Code
  /** A call of the host for each element; the arguments are in locals. */
  readonly calls: (f: number, args: readonly number[]) => Code
  /** A value in double, as folds take it: of a vector its lower or upper half. */
  readonly double: (value: Code, half: number) => Code
  readonly doubleAdd: Code
  readonly doubleMul: Code
  /** The larger ones of what is there so far and of a value. */
  readonly largest: Code
}

const zero = f32Const(0)
const splat = simd(vector.f32x4Splat)
const upperHalf = simd(vector.shuffle, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)

export const vectorLane: Lane = {
  load: simd(vector.load),
  store: simd(vector.store),
  instructions: vectorInstructions,
  select: simd(vector.bitselect),
  number: (uniform) => [get(uniform), splat],
  condition: (uniform) => [get(uniform), splat, zero, splat, simd(vector.f32x4Ne)],
  literal: (x) => [f32Const(x), splat],
  calls: (f, args) =>
    [0, 1, 2, 3].map((lane) => [
      // the vector is begun by its first element and gets the others one by one
      args.map((a) => [get(a), simd(vector.f32x4Extract, lane)]),
      call(f),
      lane === 0 ? splat : simd(vector.f32x4Replace, lane),
    ]),
  double: (value, half) => [value, half === 0 ? [] : [value, upperHalf], simd(vector.f64x2Promote)],
  doubleAdd: simd(vector.f64x2Add),
  doubleMul: simd(vector.f64x2Mul),
  largest: simd(vector.f32x4Max),
}

export const scalarLane: Lane = {
  load: code.f32Load,
  store: code.f32Store,
  instructions: scalarInstructions,
  select: code.select,
  number: get,
  condition: (uniform) => [get(uniform), zero, code.f32Ne],
  literal: f32Const,
  calls: (f, args) => [args.map(get), call(f)],
  double: (value) => [value, code.f64Promote],
  doubleAdd: code.f64Add,
  doubleMul: code.f64Mul,
  largest: [code.f64Promote, code.f64Max],
}
