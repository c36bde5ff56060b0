/** @internal */
import type { Operation } from '../../equation/operations.js'
import { type Code, simd } from './code.js'
import * as code from './opcodes.js'
import * as vector from './vectorOpcodes.js'

/** The operations that are one instruction of a vector of four. The others are made of these in `elementCode`, or called
 *  from the host: one that is neither does not compile there. */
export const vectorInstructions = {
  add: simd(vector.f32x4Add),
  sub: simd(vector.f32x4Sub),
  mul: simd(vector.f32x4Mul),
  div: simd(vector.f32x4Div),
  neg: simd(vector.f32x4Neg),
  abs: simd(vector.f32x4Abs),
  sqrt: simd(vector.f32x4Sqrt),
  floor: simd(vector.f32x4Floor),
  ceil: simd(vector.f32x4Ceil),
  round: simd(vector.f32x4Nearest),
  less: simd(vector.f32x4Lt),
  lessEqual: simd(vector.f32x4Le),
  equal: simd(vector.f32x4Eq),
  and: simd(vector.and),
  or: simd(vector.or),
  not: simd(vector.not),
} satisfies Partial<Readonly<Record<Operation, Code>>>

export type Instruction = keyof typeof vectorInstructions

export const isInstruction = (op: string): op is Instruction => Object.hasOwn(vectorInstructions, op)

/** The same for one element. */
export const scalarInstructions: Readonly<Record<Instruction, Code>> = {
  add: code.f32Add,
  sub: code.f32Sub,
  mul: code.f32Mul,
  div: code.f32Div,
  neg: code.f32Neg,
  abs: code.f32Abs,
  sqrt: code.f32Sqrt,
  floor: code.f32Floor,
  ceil: code.f32Ceil,
  round: code.f32Nearest,
  less: code.f32Lt,
  lessEqual: code.f32Le,
  equal: code.f32Eq,
  and: code.i32And,
  or: code.i32Or,
  not: code.i32Eqz,
}
