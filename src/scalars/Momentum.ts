import * as t from 'io-ts'

import { refined } from './decoder.js'
import type { Kind } from './Kind.js'
import { literal } from './literal.js'

interface MomentumBrand {
  readonly Momentum: unique symbol
}

/** The weight a moment keeps of its past: a number in [0, 1).
 *  At 1 the bias correction 1 / (1 − bᵗ) would divide by zero. */
export type Momentum = t.Branded<number, MomentumBrand>

const isMomentum = (u: unknown): u is Momentum => typeof u === 'number' && u >= 0 && u < 1

/** Codec of a moment's weight. */
export const Momentum = t.brand(t.number, isMomentum, 'Momentum')

/** An option that takes a number in [0, 1): `b1`, `b2`. */
export const halfOpenUnit: Kind<number> = {
  codec: refined('Momentum', isMomentum),
  range: 'a number in [0, 1)',
  example: '0.9',
  sorts: ['number'],
}

/** A moment's weight written in the source.
 *
 *  @throws RangeError outside [0, 1).
 *  @example momentumOf(0.9) */
export const momentumOf: (value: number) => Momentum = literal('momentumOf', halfOpenUnit, Momentum)
