import * as t from 'io-ts'
import type { Kind } from '../scalars/Kind.js'

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
export const updatesKind: Kind<'before' | 'after' | 'given' | ((count: number) => number)> = {
  codec: refined(
    'number of updates',
    (u): u is 'before' | 'after' | 'given' | ((count: number) => number) =>
      u === 'before' || u === 'after' || u === 'given' || typeof u === 'function',
  ),
  range: "'before', 'after', 'given', or a function of the count of steps",
  example: "'before'",
  sorts: ['string', 'function'],
}
