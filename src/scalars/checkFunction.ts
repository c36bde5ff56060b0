/** @internal */
import { wrongArgument } from './wrongArgument.js'

/** Refuses what cannot be called, where it is passed and not where it would be called.
 *
 *  @throws `TypeError`.
 *  @example checkFunction('mapTree: f', f, '(leaf) => tf.neg(leaf)') */
export const checkFunction = (what: string, given: unknown, example: string): void => {
  if (typeof given !== 'function') throw wrongArgument(what, 'a function', given, `Pass e.g. ${example}.`)
}
