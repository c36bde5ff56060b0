import { describe, expect, it } from 'vitest'
import { part, whole } from '../../laws/checks/part.js'
import { narrowed, widened } from './smallFloats.js'

const words = new DataView(new ArrayBuffer(4))
const numberOf = (bits: number): number => (words.setUint32(0, bits >>> 0), words.getFloat32(0))
const bitsOf = (x: number): number => (words.setFloat32(0, x), words.getUint32(0))

/** What a pattern means by the definition of its format: sign · 2^(e − bias) · (1 + m/2^M), in double. */
const meaning = (pattern: number, exponent: number, mantissa: number, ieee: boolean): number => {
  const bias = 2 ** (exponent - 1) - 1
  const sign = Math.floor(pattern / 2 ** (exponent + mantissa)) === 1 ? -1 : 1
  const e = Math.floor(pattern / 2 ** mantissa) % 2 ** exponent
  const m = pattern % 2 ** mantissa
  const ones = e === 2 ** exponent - 1
  if (ieee && ones) return m === 0 ? sign * Infinity : NaN
  if (!ieee && ones && m === 2 ** mantissa - 1) return NaN
  return e === 0 ? sign * m * 2 ** (1 - bias - mantissa) : sign * (1 + m / 2 ** mantissa) * 2 ** (e - bias)
}

const formats = [
  ['F16', 5, 10, true],
  ['BF16', 8, 7, true],
  ['F8_E5M2', 5, 2, true],
  ['F8_E4M3', 4, 3, false],
] as const

describe('every pattern of small floats', () => {
  it.each(formats)('%s means in float32 what it means by definition', (name, exponent, mantissa, ieee) => {
    const patterns = 2 ** (1 + exponent + mantissa)
    let wrong = 0
    for (let pattern = 0; pattern < patterns; pattern++)
      if (!Object.is(numberOf(widened[name](pattern)), meaning(pattern, exponent, mantissa, ieee))) wrong++
    expect(wrong).toBe(0)
  })

  it('F8_E8M0 is a power of two, or the one NaN', () => {
    for (let pattern = 0; pattern < 255; pattern++)
      expect(numberOf(widened.F8_E8M0(pattern))).toBe(2 ** (pattern - 127))
    expect(numberOf(widened.F8_E8M0(255))).toBeNaN()
  })

  it.each(['F16', 'BF16'] as const)('%s comes back from float32, NaNs with what they carry', (name) => {
    let wrong = 0
    for (let pattern = 0; pattern < 65536; pattern++) {
      const back = narrowed[name](widened[name](pattern))
      const quiet = name === 'F16' ? 0x200 : 0x40
      // a signalling NaN becomes quiet, as everywhere
      const wanted = Number.isNaN(numberOf(widened[name](pattern))) ? pattern | quiet : pattern
      if (back !== wanted) wrong++
    }
    expect(wrong).toBe(0)
  })
})

/** Numbers in the order of their size: pattern i + 1 is the next after pattern i. The nearest is found by comparing
 *  distances in double, where all of them are exact. */
const nearest = (x: number, name: 'F16' | 'BF16'): number => {
  const [exponent, mantissa] = name === 'F16' ? [5, 10] : [8, 7]
  const value = (pattern: number): number => meaning(pattern, exponent, mantissa, true)
  const infinite = (2 ** exponent - 1) * 2 ** mantissa
  const sign = Object.is(Math.sign(x), -0) || x < 0 ? 0x8000 : 0
  const size = Math.abs(x)
  if (size === Infinity) return sign | infinite
  let [low, high] = [0, infinite]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (value(middle) <= size) low = middle
    else high = middle
  }
  // past the largest the next would be one step more
  const next = high === infinite ? 2 * value(low) - value(low - 1) : value(high)
  const [down, up] = [size - value(low), next - size]
  return sign | (down < up || (down === up && low % 2 === 0) ? low : high)
}

/** Random bits, from a seed (mulberry32). */
const randomBits = (seed: number): (() => number) => {
  let s = seed
  return () => {
    s = (s + 0x6d2b79f5) | 0
    const a = Math.imul(s ^ (s >>> 15), 1 | s)
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
    return (b ^ (b >>> 14)) >>> 0
  }
}

describe('rounding to half precision', () => {
  const edges = [
    0,
    0x8000_0000,
    1,
    0x7f_ffff,
    0x80_0000,
    0x7f7f_ffff,
    0x7f80_0000,
    0xff80_0000,
    0x7f7f_7fff,
    0x7f7f_8000,
    ...[
      65504,
      65519.99,
      65520,
      65536,
      2 ** -24,
      2 ** -25,
      2 ** -25 * 1.0000001,
      2 ** -14,
      1.5 * 2 ** -24,
      2.5 * 2 ** -24,
    ].map(bitsOf),
  ]
  it.each(['F16', 'BF16'] as const)('%s: nearest, ties to even', (name) => {
    const next = randomBits(1964)
    const all = part(
      Array.from({ length: 200_000 }, (_, i) => i),
      10,
    )
    const random = all.map((i) => {
      const bits = next()
      // half of them in the range of F16, a third of those on a tie
      if (i % 2 === 0) return bits
      const near = (bits & 0x807f_ffff) | ((100 + (bits % 45)) << 23)
      return i % 3 === 0 ? (near & ~0x1fff) | 0x1000 : near
    })
    const bits = [...edges, ...random].filter((x) => !Number.isNaN(numberOf(x)))
    expect(bits.length).toBeGreaterThan(whole ? 190_000 : 19_000)
    const wrong = bits.filter((x) => narrowed[name](x) !== nearest(numberOf(x), name))
    expect(wrong.slice(0, 3).map((x) => [numberOf(x), narrowed[name](x), nearest(numberOf(x), name)])).toEqual([])
  })
})
