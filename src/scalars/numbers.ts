import * as t from 'io-ts'

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

/** Codec of a finite number: the place where NaN and the infinities are turned away. */
export const Finite = t.brand(t.number, (x): x is Finite => Number.isFinite(x), 'Finite')

/** Codec of a finite number, zero or more. */
export const NonNegative = t.brand(t.number, (x): x is NonNegative => Number.isFinite(x) && x >= 0, 'NonNegative')

/** Codec of a finite number above zero. */
export const Positive = t.brand(t.number, (x): x is Positive => Number.isFinite(x) && x > 0, 'Positive')

const sorts = ['number']

/** An option that takes any finite number. */
export const finite: Kind<number> = { codec: Finite, range: 'a finite number', example: '1', sorts }

/** An option that takes a finite number, zero or more: an epsilon, a weight decay. */
export const nonNegative: Kind<number> = { codec: NonNegative, range: 'a finite number ≥ 0', example: '1e-8', sorts }

/** An option that takes a finite number above zero: a norm to clip to. */
export const positive: Kind<number> = { codec: Positive, range: 'a finite number > 0', example: '1', sorts }
