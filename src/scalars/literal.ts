/** @internal */

import { either as E } from 'fp-ts'

import type { Kind } from './Kind.js'
import { shown } from './shown.js'

/** Turn a kind into a constructor for numbers written in the source: what the codec rejects, it throws.
 *
 *  @throws RangeError naming the constructor, the range and the value.
 *  @example literal('decayOf', unitInterval, Decay)(1.2)   // RangeError: decayOf: must be a number in [0, 1], found 1.2 */
export const literal =
  <A>(where: string, kind: Kind<unknown>, codec: { readonly decode: (u: unknown) => E.Either<unknown, A> }) =>
  (value: number): A => {
    const read = codec.decode(value)
    if (E.isRight(read)) return read.right
    throw new RangeError(`${where}: must be ${kind.range}, found ${shown(value)}. Pass e.g. ${kind.example}.`)
  }
