/** @internal */

import { isNamed } from './isNamed.js'
import { didYouMean } from './didYouMean.js'
import { isTransformation, shown } from './shown.js'

/** One thing that is wrong with a record of options; `range` where its type is right. */
export interface WrongOption {
  readonly range: boolean
  readonly words: string
}

/** The names of a record that are not among the known ones, each with the one that was most likely meant. */
export const unknownNames = (
  record: Readonly<Record<string, unknown>>,
  known: readonly string[],
): readonly WrongOption[] =>
  Object.keys(record)
    .filter((name) => !known.includes(name) && record[name] !== undefined)
    .map((name) => {
      const meant = didYouMean(name, known)
      const way =
        known.length === 0
          ? 'There are none to pass.'
          : `${meant === undefined ? '' : `Did you mean ${meant}? `}Options are: ${known.join(', ')}.`
      return { range: false, words: `there is no option ${name}. ${way}` }
    })

/** The required names that a record lacks. */
export const absentNames = (
  record: Readonly<Record<string, unknown>>,
  required: readonly string[],
): readonly WrongOption[] =>
  required
    .filter((name) => record[name] === undefined)
    .map((name) => ({ range: false, words: `${name} is required. Pass { ${name}: … }.` }))

/** What was given, to be read by name; undefined is a record without any.
 *
 *  @throws `TypeError` where it is no record. */
export const recordGiven = (where: string, given: unknown, way: string): Readonly<Record<string, unknown>> => {
  if (given === undefined) return {}
  const wrapped = isTransformation(given)
  if (isNamed(given) && !wrapped) return given
  throw new TypeError(
    `${where}: the options must be one record, found ${shown(given)}. ${way}` +
      (wrapped ? ' Options come first: masked({ … })(optimizer).' : ''),
  )
}

/** All that is wrong as one error: a `RangeError` where every type is right. */
export const wrongOptions = (where: string, wrong: readonly WrongOption[]): Error => {
  const [one] = wrong
  const message =
    wrong.length === 1 && one !== undefined
      ? `${where}: ${one.words}`
      : `${where}: ${wrong.length} options are wrong:\n${wrong.map(({ words }) => `  - ${words}`).join('\n')}`
  return wrong.every(({ range }) => range) ? new RangeError(message) : new TypeError(message)
}
