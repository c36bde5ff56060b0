/** @internal */

/** A float of 8 or 16 bits: how many bits its exponent and its mantissa have, and what an exponent of ones means:
 *  infinities and NaN as in IEEE 754, or numbers, but for the one NaN whose bits are all ones. */
interface SmallFloat {
  readonly exponent: number
  readonly mantissa: number
  readonly ones: 'special' | 'numbers'
}

const sign32 = 0x8000_0000
const infinity32 = 0x7f80_0000
const quiet32 = 0x7fc0_0000
const bits32 = 23

/** The bits of the float32 that is equal to a small float; every one has one, and NaNs keep what they carry. */
const widening = ({ exponent, mantissa, ones }: SmallFloat): ((pattern: number) => number) => {
  const bias = 2 ** (exponent - 1) - 1
  const last = 2 ** exponent - 1
  const full = 2 ** mantissa - 1
  return (pattern) => {
    const sign = (pattern >>> (exponent + mantissa)) & 1 ? sign32 : 0
    const e = (pattern >>> mantissa) & last
    const m = pattern & full
    if (e === last && ones === 'special') return sign | infinity32 | (m << (bits32 - mantissa))
    if (e === last && m === full) return sign | quiet32
    if (e === 0 && m === 0) return sign
    // a subnormal's first bit moves to where that of other numbers is implied
    const shift = e === 0 ? Math.clz32(m) - (31 - mantissa) : 0
    const e32 = Math.max(e, 1) - shift - bias + 127
    return sign | (e32 << bits32) | ((m << (shift + bits32 - mantissa)) & 0x7f_ffff)
  }
}

/** From a pattern to the bits of the float32 that is equal to it. */
export const widened = {
  F16: widening({ exponent: 5, mantissa: 10, ones: 'special' }),
  BF16: (pattern: number): number => pattern << 16,
  F8_E5M2: widening({ exponent: 5, mantissa: 2, ones: 'special' }),
  F8_E4M3: widening({ exponent: 4, mantissa: 3, ones: 'numbers' }),
  /** Powers of two: no sign, no zero. The least of them is subnormal in float32. */
  F8_E8M0: (pattern: number): number => (pattern === 0xff ? quiet32 : pattern === 0 ? 0x40_0000 : pattern << bits32),
} as const

/** From the bits of a float32 to the nearest pattern, ties to the even one; what is too large is an infinity. */
export const narrowed = {
  F16: (bits: number): number => {
    const sign = (bits >>> 16) & 0x8000
    const e32 = (bits >>> bits32) & 0xff
    const m32 = bits & 0x7f_ffff
    if (e32 === 0xff) return sign | 0x7c00 | (m32 === 0 ? 0 : 0x200 | (m32 >>> 13))
    const e = e32 - 127 + 15
    if (e >= 31) return sign | 0x7c00
    if (e > 0) return sign | rounded((e << bits32) | m32, 13)
    // below the normal numbers; float32's own subnormals are far below half of the least
    return e < -10 ? sign : sign | rounded(m32 | 0x80_0000, 14 - e)
  },
  BF16: (bits: number): number =>
    (bits & 0x7fff_ffff) > infinity32 ? (bits >>> 16) | 0x40 : rounded(bits >>> 0, 16) & 0xffff,
} as const

/** A whole number without its last bits, to the nearest, ties to even. A carry makes the exponent one more, rightly. */
const rounded = (x: number, bits: number): number => {
  const unit = 2 ** bits
  const down = Math.floor(x / unit)
  const rest = x - down * unit
  return rest > unit / 2 || (rest === unit / 2 && down % 2 === 1) ? down + 1 : down
}
