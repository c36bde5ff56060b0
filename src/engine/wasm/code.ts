/** @internal */

/** The bytes of the instructions that kernels are made of. */
export const code = {
  end: 0x0b,
  drop: 0x1a,
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  brIf: 0x0d,
  br: 0x0c,
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Or: 0x72,
  i32Eqz: 0x45,
  i32Shl: 0x74,
  i32GeU: 0x4f,
  f32Load: 0x2a,
  f32Store: 0x38,
  f32Const: 0x43,
  f32Eq: 0x5b,
  f32Ne: 0x5c,
  f32Lt: 0x5d,
  f32Gt: 0x5e,
  f32Le: 0x5f,
  f32Abs: 0x8b,
  f32Neg: 0x8c,
  f32Ceil: 0x8d,
  f32Floor: 0x8e,
  f32Nearest: 0x90,
  f32Sqrt: 0x91,
  f32Add: 0x92,
  f32Sub: 0x93,
  f32Mul: 0x94,
  f32Div: 0x95,
  f32Max: 0x97,
  f64Promote: 0xbb,
  f64Add: 0xa0,
  f64Mul: 0xa2,
  f64Max: 0xa5,
  f64Const: 0x44,
  select: 0x1b,
} as const

/** The numbers of the vector instructions, which come after a prefix. */
export const vector = {
  load: 0x00,
  store: 0x0b,
  shuffle: 0x0d,
  f32x4Splat: 0x13,
  f32x4Extract: 0x1f,
  f32x4Replace: 0x20,
  f64x2Extract: 0x21,
  f32x4Eq: 0x41,
  f32x4Ne: 0x42,
  f32x4Lt: 0x43,
  f32x4Gt: 0x44,
  f32x4Le: 0x45,
  not: 0x4d,
  and: 0x4e,
  or: 0x50,
  bitselect: 0x52,
  f64x2Promote: 0x5f,
  f32x4Ceil: 0x67,
  f32x4Floor: 0x68,
  f32x4Nearest: 0x6a,
  f32x4Abs: 0xe0,
  f32x4Neg: 0xe1,
  f32x4Sqrt: 0xe3,
  f32x4Add: 0xe4,
  f32x4Sub: 0xe5,
  f32x4Mul: 0xe6,
  f32x4Div: 0xe7,
  f32x4Max: 0xe9,
  f64x2Add: 0xf0,
  f64x2Mul: 0xf2,
} as const

/** A vector instruction. */
export const simd = (op: keyof typeof vector, ...immediates: readonly number[]): readonly number[] => [
  0xfd,
  ...unsigned(vector[op]),
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
