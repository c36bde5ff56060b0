import * as t from 'io-ts'

import { refined } from './decoder.js'
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

const isWhole = (u: unknown): u is number => Number.isSafeInteger(u)
const isCount = (u: unknown): u is Count => isWhole(u) && u >= 0
const isPositiveCount = (u: unknown): u is PositiveCount => isWhole(u) && u >= 1

/** Codec of a count. */
export const Count = t.brand(t.number, isCount, 'Count')

/** Codec of a count that is not zero. */
export const PositiveCount = t.brand(t.number, isPositiveCount, 'PositiveCount')

const sorts = ['number']

/** An option that takes an integer ≥ 0. */
export const count: Kind<number> = { codec: refined('Count', isCount), range: 'an integer ≥ 0', example: '5', sorts }

/** An option that takes an integer ≥ 1. */
export const positiveCount: Kind<number> = {
  codec: refined('PositiveCount', isPositiveCount),
  range: 'an integer ≥ 1',
  example: '10',
  sorts,
}

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
