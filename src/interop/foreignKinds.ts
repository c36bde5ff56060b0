/** @internal */
import { either as E } from 'fp-ts'
import { isBytes } from '../checkpoint/isBytes.js'
import { decoder, refused } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import { listOf, pairOf, text } from '../scalars/kinds.js'
import type { ForeignNames } from './ForeignOptions.js'

const kind = <A>(range: string, example: string, sorts: Kind<A>['sorts'], is: (u: unknown) => u is A): Kind<A> => ({
  codec: decoder(range, (u, context) => (is(u) ? E.right(u) : refused(u, context, range))),
  range,
  example,
  sorts,
})

/** Names of tensors, or a function that chooses; one name alone would be read letter by letter. */
export const foreignNames: Kind<ForeignNames> = kind(
  'a list of names, in which * stands for anything, or a function of a name',
  "['*.weight']",
  ['object', 'function'],
  (u): u is ForeignNames =>
    typeof u === 'function' || (Array.isArray(u) && u.every((name) => typeof name === 'string')),
)

const word: Kind<string> = kind('a string', "'*'", ['string'], (u): u is string => typeof u === 'string')

/** Old and new names. */
export const renames: Kind<readonly (readonly [from: string, to: string])[]> = {
  ...listOf(pairOf(text, word)),
  range: 'a list of pairs of an old and a new name',
  example: "[['*.weight', '*.kernel']]",
}

/** The bytes of a file. */
export const fileBytes: Kind<Uint8Array> = kind('the bytes of a file', 'bytes', ['object'], isBytes)
