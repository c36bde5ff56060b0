import * as t from 'io-ts'
import type { Kind } from '../scalars/Kind.js'
import { fn, oneOf } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import type { Schedule } from '../scalars/Schedule.js'

const refined = <A>(name: string, is: (u: unknown) => u is A): t.Type<A, A, unknown> =>
  new t.Type<A, A, unknown>(name, is, (u, context) => (is(u) ? t.success(u) : t.failure(u, context)), t.identity)

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
  codec: new t.Type<'before' | 'after' | 'given' | Schedule>(
    'number of updates',
    (u): u is 'before' | 'after' | 'given' | Schedule => typeof u === 'function' || words.includes(u),
    (u, context) => (typeof u === 'function' ? byCount.codec : word.codec).validate(u, context),
    t.identity,
  ),
  range: "'before', 'after', 'given', or a function of the count of steps",
  example: "'before'",
  sorts: ['string', 'function'],
}

const words: readonly unknown[] = ['before', 'after', 'given']
const word = oneOf('before', 'after', 'given')
const byCount = fn<Schedule>('a function of the count of steps', '(count) => count', nonNegative)
