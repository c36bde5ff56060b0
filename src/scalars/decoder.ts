/** @internal */
import { either as E } from 'fp-ts'
import type * as t from 'io-ts'

/** A decoder of io-ts as plain data: io-ts itself need not be there until somebody asks for a type of its own. */
export const decoder = <A>(name: string, validate: t.Validate<unknown, A>): t.Decoder<unknown, A> => {
  const self: t.Decoder<unknown, A> = {
    name,
    validate,
    decode: (u) => validate(u, [{ key: '', type: self, actual: u }]),
  }
  return self
}

/** A decoder of the values that are so.
 *
 *  @example refined('text', (u): u is string => typeof u === 'string') */
export const refined = <A>(name: string, is: (u: unknown) => u is A): t.Decoder<unknown, A> =>
  decoder(name, (u, context) => (is(u) ? E.right(u) : refused(u, context)))

/** Why a value was not taken: what stands at the end of the context. */
export const refused = (value: unknown, context: t.Context, message?: string): t.Validation<never> =>
  E.left([message === undefined ? { value, context } : { value, context, message }])
