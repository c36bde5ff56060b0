/** @internal */
import * as code from './opcodes.js'

/** A vector instruction, by its number. */
export const simd = (op: number, ...immediates: readonly number[]): readonly number[] => [
  0xfd,
  ...unsigned(op),
  ...immediates,
]

export const get = (local: number): readonly number[] => [0x20, ...unsigned(local)]
export const set = (local: number): readonly number[] => [0x21, ...unsigned(local)]
export const tee = (local: number): readonly number[] => [0x22, ...unsigned(local)]
export const call = (f: number): readonly number[] => [0x10, ...unsigned(f)]
export const i32Const = (x: number): readonly number[] => [0x41, ...signed(x)]
export const f32Const = (x: number): readonly number[] => [code.f32Const, ...new Uint8Array(Float32Array.of(x).buffer)]
export const f64Const = (x: number): readonly number[] => [code.f64Const, ...new Uint8Array(Float64Array.of(x).buffer)]

/** LEB128. */
export const unsigned = (x: number): readonly number[] =>
  x < 0x80 ? [x] : [(x % 0x80) | 0x80, ...unsigned(Math.floor(x / 0x80))]

const signed = (x: number): readonly number[] =>
  x >= -0x40 && x < 0x40 ? [x & 0x7f] : [(x & 0x7f) | 0x80, ...signed(x >> 7)]

/** A list with its length before it, as sections, vectors and names are written. */
export const counted = (items: readonly (readonly number[])[]): readonly number[] => [
  ...unsigned(items.length),
  ...items.flat(),
]

/** Bytes with their number before them. */
export const sized = (bytes: readonly number[]): readonly number[] => [...unsigned(bytes.length), ...bytes]

export const named = (name: string): readonly number[] => sized([...new TextEncoder().encode(name)])
