import { expect } from 'vitest'

/** Numbers without ties and of both signs, or all negative: the same ones for a salt. */
export const numbers = (count: number, salt: number, sign: 'both' | 'negative' = 'both'): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + salt * 78.233) * 43758.5453
    return (x - Math.floor(x)) * 2 - (sign === 'both' ? 1 : 2.5)
  })

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** The largest error, in units of the largest number. */
export const errorOf = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  expect(found.length).toBe(expected.length)
  const wanted = Array.from(expected)
  const scale = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30)
  return wanted.reduce((most, x, i) => Math.max(most, Math.abs((found[i] ?? Number.NaN) - x)), 0) / scale
}
