import type * as t from 'io-ts'

/** What an option may hold: a codec to check it, and the words for the error when the check fails.
 *
 *  @laws the codec accepts every value its `range` describes, and nothing else. */
export interface Kind<A> {
  /** Reads an unknown value; only decoding is used, so any io-ts type serves. */
  readonly codec: t.Decoder<unknown, A>
  /** Completes "must be …": `a number in [0, 1]`. */
  readonly range: string
  /** A valid value as source text, shown in "Pass e.g. { decay: … }". */
  readonly example: string
  /** `typeof` of what could be valid: a rejected value of another sort is a TypeError, of this sort a RangeError. */
  readonly sorts: readonly string[]
}
