import * as t from 'io-ts'

import { refined } from './decoder.js'
import type { Kind } from './Kind.js'

interface FiniteBrand {
  readonly Finite: unique symbol
}
interface NonNegativeBrand {
  readonly NonNegative: unique symbol
}
interface PositiveBrand {
  readonly Positive: unique symbol
}

/** A number that is neither NaN nor infinite. */
export type Finite = t.Branded<number, FiniteBrand>
/** A finite number, zero or more. */
export type NonNegative = t.Branded<number, NonNegativeBrand>
/** A finite number above zero. */
export type Positive = t.Branded<number, PositiveBrand>

const isFinite = (u: unknown): u is Finite => Number.isFinite(u)
const isNonNegative = (u: unknown): u is NonNegative => isFinite(u) && u >= 0
const isPositive = (u: unknown): u is Positive => isFinite(u) && u > 0

/** Codec of a finite number: the place where NaN and the infinities are turned away. */
export const Finite = t.brand(t.number, isFinite, 'Finite')

/** Codec of a finite number, zero or more. */
export const NonNegative = t.brand(t.number, isNonNegative, 'NonNegative')

/** Codec of a finite number above zero. */
export const Positive = t.brand(t.number, isPositive, 'Positive')

const sorts = ['number']

/** An option that takes any finite number. */
export const finite: Kind<number> = {
  codec: refined('Finite', isFinite),
  range: 'a finite number',
  example: '1',
  sorts,
}

/** An option that takes a finite number, zero or more: an epsilon, a weight decay. */
export const nonNegative: Kind<number> = {
  codec: refined('NonNegative', isNonNegative),
  range: 'a finite number ≥ 0',
  example: '0.1',
  sorts,
}

/** An option that takes a finite number above zero: a norm to clip to. */
export const positive: Kind<number> = {
  codec: refined('Positive', isPositive),
  range: 'a finite number > 0',
  example: '1',
  sorts,
}
