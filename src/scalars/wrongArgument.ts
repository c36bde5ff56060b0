/** @internal */
import { shown } from './shown.js'

/** What is told of an argument that stands alone, in the words in which it is told of an option.
 *
 *  @example throw wrongArgument('treeGet: path', 'an array of keys', 5, "Pass e.g. ['dense', 0].") // throws */
export const wrongArgument = (what: string, range: string, found: unknown, way: string): TypeError =>
  new TypeError(`${what} must be ${range}, found ${shown(found)}. ${way}`)
