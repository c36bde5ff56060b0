/** @internal */

// The numbers of the vector instructions, which come after a prefix.

export const load = 0x00
export const store = 0x0b
export const shuffle = 0x0d
export const f32x4Splat = 0x13
export const f32x4Extract = 0x1f
export const f32x4Replace = 0x20
export const f64x2Extract = 0x21
export const f32x4Eq = 0x41
export const f32x4Ne = 0x42
export const f32x4Lt = 0x43
export const f32x4Le = 0x45
export const not = 0x4d
export const and = 0x4e
export const or = 0x50
export const bitselect = 0x52
export const f64x2Promote = 0x5f
export const f32x4Ceil = 0x67
export const f32x4Floor = 0x68
export const f32x4Nearest = 0x6a
export const f32x4Abs = 0xe0
export const f32x4Neg = 0xe1
export const f32x4Sqrt = 0xe3
export const f32x4Add = 0xe4
export const f32x4Sub = 0xe5
export const f32x4Mul = 0xe6
export const f32x4Div = 0xe7
export const f32x4Max = 0xe9
export const f64x2Add = 0xf0
export const f64x2Mul = 0xf2
