import * as t from 'io-ts'

import { refined } from './decoder.js'
import type { Kind } from './Kind.js'
import { literal } from './literal.js'

interface DecayBrand {
  readonly Decay: unique symbol
}

/** The weight an average keeps of its past: a number in [0, 1]. 0 copies the newest value, 1 never moves. */
export type Decay = t.Branded<number, DecayBrand>

const isDecay = (u: unknown): u is Decay => typeof u === 'number' && u >= 0 && u <= 1

/** Codec of a decay. Both ends are meant: 0 and 1 are honest averages (NaN is not). */
export const Decay = t.brand(t.number, isDecay, 'Decay')

/** An option that takes a number in [0, 1]. */
export const unitInterval: Kind<number> = {
  codec: refined('Decay', isDecay),
  range: 'a number in [0, 1]',
  example: '0.999',
  sorts: ['number'],
}

/** An option that takes a number in (0, 1): a factor that shrinks and does not end at zero. */
export const openUnit: Kind<number> = {
  codec: refined('OpenUnit', (u): u is number => typeof u === 'number' && u > 0 && u < 1),
  range: 'a number in (0, 1)',
  example: '0.5',
  sorts: ['number'],
}

/** A decay written in the source.
 *
 *  @throws RangeError outside [0, 1].
 *  @example decayOf(0.999) */
export const decayOf: (value: number) => Decay = literal('decayOf', unitInterval, Decay)
