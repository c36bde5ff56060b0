/** @internal */

import { absentNames, recordGiven, unknownNames, wrongOptions } from './wrongOptions.js'

/** Refuses names that a request does not know and tells those that it lacks, in the words in which `options` does, and
 *  gives the request back; looks at no value: for requests that hold stores, trees and optimizers, which whoever takes
 *  them checks. The names are those of the request's interface: a missing or surplus one, or one that is required in one
 *  of them alone, is a compile error. Names `beside` them are passed over: what a record that is spread into a request
 *  may hold for others.
 *
 *  @throws `TypeError` where the request is no record, lacks what is required, or has a name that is not known, with the
 *    one that was meant.
 *  @laws what is passed is given back, that very object; an explicit undefined is the same as absence.
 *  @example const known = knownOnly<DescribeRequest>('describeCheckpoint', {
 *    store: 'required',
 *    name: 'required',
 *    signal: true,
 *  }) */
export const knownOnly = <R extends object>(
  where: string,
  names: { readonly [K in keyof R]-?: {} extends Pick<R, K> ? true : 'required' },
  beside: readonly string[] = [],
): (<G extends object>(given: G) => G) => {
  const known = Object.keys(names)
  const required = Object.entries(names).flatMap(([name, word]) => (word === 'required' ? [name] : []))
  // who knows no name shows none
  const way = `Pass e.g. { ${known[0] ?? ''}: … }.`
  return (given) => {
    const record = recordGiven(where, given, way)
    const own = Object.fromEntries(Object.entries(record).filter(([name]) => !beside.includes(name)))
    const wrong = [...unknownNames(own, known), ...absentNames(record, required)]
    if (wrong.length > 0) throw wrongOptions(where, wrong)
    return record as typeof given // that very object; where nothing was passed, one without names
  }
}
