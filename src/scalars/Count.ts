import * as t from 'io-ts'

import type { Kind } from './Kind.js'
import { literal } from './literal.js'

interface CountBrand {
  readonly Count: unique symbol
}
interface PositiveCountBrand {
  readonly PositiveCount: unique symbol
}

/** A number of steps: a safe integer, zero or more. */
export type Count = t.Branded<number, CountBrand>
/** A number of steps: a safe integer, one or more. */
export type PositiveCount = t.Branded<number, PositiveCountBrand>

/** Codec of a count. */
export const Count = t.brand(t.number, (n): n is Count => Number.isSafeInteger(n) && n >= 0, 'Count')

/** Codec of a count that is not zero. */
export const PositiveCount = t.brand(
  t.number,
  (n): n is PositiveCount => Number.isSafeInteger(n) && n >= 1,
  'PositiveCount',
)

const sorts = ['number']

/** An option that takes an integer ≥ 0. */
export const count: Kind<number> = { codec: Count, range: 'an integer ≥ 0', example: '100', sorts }

/** An option that takes an integer ≥ 1. */
export const positiveCount: Kind<number> = { codec: PositiveCount, range: 'an integer ≥ 1', example: '1000', sorts }

/** A count written in the source.
 *
 *  @throws RangeError when negative, fractional, unsafe or NaN.
 *  @example countOf(0) */
export const countOf: (value: number) => Count = literal('countOf', count, Count)

/** A count ≥ 1 written in the source.
 *
 *  @throws RangeError when zero, negative, fractional, unsafe or NaN.
 *  @example positiveCountOf(1000) */
export const positiveCountOf: (value: number) => PositiveCount = literal(
  'positiveCountOf',
  positiveCount,
  PositiveCount,
)
