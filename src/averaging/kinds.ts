import { decoder, refined } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import { fn, oneOf } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import type { Schedule } from '../scalars/Schedule.js'

/** A name for an average: it becomes part of tensor names, beside paths (with `/`) and slots (with `.`).
 *
 *  @internal */
export const averageName: Kind<string> = {
  codec: refined(
    'average name',
    (u): u is string => typeof u === 'string' && u !== '' && u !== 'residual' && !/[/.]/.test(u),
  ),
  range: 'a non-empty string without "/" and ".", other than "residual"',
  example: "'ExponentialMovingAverage'",
  sorts: ['string'],
}

/** Where an average's number of updates comes from.
 *
 *  @internal */
export const updatesKind: Kind<'before' | 'after' | 'given' | Schedule> = {
  codec: decoder<'before' | 'after' | 'given' | Schedule>('number of updates', (u, context) =>
    (typeof u === 'function' ? byCount.codec : word.codec).validate(u, context),
  ),
  range: "'before', 'after', 'given', or a function of the count of steps",
  example: "'before'",
  sorts: ['string', 'function'],
}

const word = oneOf('before', 'after', 'given')
const byCount = fn<Schedule>('a function of the count of steps', '(count) => count', nonNegative)
