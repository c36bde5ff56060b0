/** @internal */

// The bytes of the instructions that kernels are made of. Constants, and no table: a bundler writes the numbers where they
// are used.

export const end = 0x0b
export const block = [0x02, 0x40] as const
export const loop = [0x03, 0x40] as const
export const brIf = 0x0d
export const br = 0x0c
export const i32 = 0x7f
export const f32 = 0x7d
export const f64 = 0x7c
export const v128 = 0x7b
export const i32Add = 0x6a
export const i32Sub = 0x6b
export const i32Mul = 0x6c
export const i32And = 0x71
export const i32Or = 0x72
export const i32Eqz = 0x45
export const i32Shl = 0x74
export const i32LtU = 0x49
export const i32GeU = 0x4f
export const f32Load = 0x2a
export const f32Store = 0x38
export const f32Const = 0x43
export const f32Eq = 0x5b
export const f32Ne = 0x5c
export const f32Lt = 0x5d
export const f32Le = 0x5f
export const f32Abs = 0x8b
export const f32Neg = 0x8c
export const f32Ceil = 0x8d
export const f32Floor = 0x8e
export const f32Nearest = 0x90
export const f32Sqrt = 0x91
export const f32Add = 0x92
export const f32Sub = 0x93
export const f32Mul = 0x94
export const f32Div = 0x95
export const f64Promote = 0xbb
export const f64Add = 0xa0
export const f64Mul = 0xa2
export const f64Max = 0xa5
export const f64Const = 0x44
export const select = 0x1b
