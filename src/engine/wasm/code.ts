/** @internal */
import * as code from './opcodes.js'

/** A byte, or code made of parts: what is put together stays as it is until its bytes are wanted. */
export type Code = number | readonly Code[]

export const bytesOf = (part: Code): readonly number[] => (typeof part === 'number' ? [part] : part.flatMap(bytesOf))

/** A vector instruction, by its number. */
export const simd = (op: number, ...immediates: readonly number[]): Code => [0xfd, unsigned(op), immediates]

export const get = (local: number): Code => [0x20, unsigned(local)]
export const set = (local: number): Code => [0x21, unsigned(local)]
export const tee = (local: number): Code => [0x22, unsigned(local)]
export const call = (f: number): Code => [0x10, unsigned(f)]
export const i32Const = (x: number): Code => [0x41, signed(x)]
export const f32Const = (x: number): Code => [code.f32Const, ...new Uint8Array(Float32Array.of(x).buffer)]
export const f64Const = (x: number): Code => [code.f64Const, ...new Uint8Array(Float64Array.of(x).buffer)]

/** LEB128. */
export const unsigned = (x: number): Code => (x < 0x80 ? x : [(x % 0x80) | 0x80, unsigned(Math.floor(x / 0x80))])

const signed = (x: number): Code => (x >= -0x40 && x < 0x40 ? x & 0x7f : [(x & 0x7f) | 0x80, signed(x >> 7)])

/** A list with its length before it, as sections and vectors are written. */
export const counted = (items: readonly Code[]): Code => [unsigned(items.length), items]

/** Code with the number of its bytes before it. */
export const sized = (part: Code): Code => counted(bytesOf(part))

export const named = (name: string): Code => counted([...new TextEncoder().encode(name)])
