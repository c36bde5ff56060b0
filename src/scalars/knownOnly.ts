/** @internal */

import { recordGiven, unknownNames, wrongOptions } from './wrongOptions.js'

/** Refuses names that a request does not know, in the words in which `options` does, and gives the request back; looks at no
 *  value: for requests that hold stores, trees and optimizers, which whoever takes them checks. The names are those of
 *  the request's interface: a missing or surplus one is a compile error. Names `beside` them are passed over: what a
 *  record that is spread into a request may hold for others.
 *
 *  @throws `TypeError` where the request is no record or has a name that is not known, with the one that was meant.
 *  @laws what is passed is given back, that very object; an explicit undefined is the same as absence.
 *  @example const known = knownOnly<DescribeRequest>('describeCheckpoint', { store: true, name: true, signal: true }) */
export const knownOnly = <R extends object>(
  where: string,
  names: { readonly [K in keyof R]-?: true },
  beside: readonly string[] = [],
): (<G extends object>(given: G) => G) => {
  const known = Object.keys(names)
  const way = `Pass e.g. { ${known[0] ?? ''}: … }.`
  return (given) => {
    const record = recordGiven(where, given, way)
    const wrong = unknownNames(record, known, beside)
    if (wrong.length > 0) throw wrongOptions(where, wrong)
    return given
  }
}
