import fc from 'fast-check'

/** Sixteenths from −64 to 64: sums, differences and products of a few of them are exact in float32. They shrink to
 *  0. */
export const dyadic: fc.Arbitrary<number> = fc.integer({ min: -1024, max: 1024 }).map((k) => k / 16)

/** Quarters from −2 to 2: factors that keep dyadic values exact for a few steps. */
export const dyadicFactor: fc.Arbitrary<number> = fc.integer({ min: -8, max: 8 }).map((k) => k / 4)

/** Powers of two from 1/16 to 16: scaling by one is exact. */
export const powerOfTwo: fc.Arbitrary<number> = fc.integer({ min: -4, max: 4 }).map((k) => 2 ** k)

/** Numbers at which implementations differ: not finite, signed zero, subnormal, the ends of float32. */
export const special: fc.Arbitrary<number> = fc.constantFrom(
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  2 ** -24,
  3.4028234663852886e38,
  -3.4028234663852886e38,
)

/** Ordinary float32 numbers, as in training: most near 1, some small, some large, zeros, none subnormal. Drawn evenly:
 *  `fc.float` draws evenly among exponents, which makes nearly all of them next to nothing. */
export const ordinary: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: binary(20, 22) }, // up to 4
  { weight: 1, arbitrary: binary(34, 20).map(settled) }, // up to 6e-5
  { weight: 1, arbitrary: binary(10, 20) }, // up to 1024
  { weight: 1, arbitrary: fc.constant(0) },
)

/** Any float32 at all, the special ones often. */
export const anyFloat32: fc.Arbitrary<number> = fc.oneof(
  { weight: 2, arbitrary: special },
  { weight: 1, arbitrary: fc.float() },
  { weight: 2, arbitrary: ordinary },
)

// Products of numbers this small would be subnormal, which devices treat differently.
function settled(x: number): number {
  return Math.abs(x) < 1e-6 ? 0 : x
}

// k/2^digits for |k| ≤ 2^most: float32 holds them exactly. They shrink to 0.
function binary(digits: number, most: number): fc.Arbitrary<number> {
  return fc.integer({ min: -(2 ** most), max: 2 ** most }).map((k) => k / 2 ** digits)
}
