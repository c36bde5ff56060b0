/** @internal */
import { isNamed } from './isNamed.js'
import { wrongArgument } from './wrongArgument.js'

/** What a field must be, as types spell it. */
type Field = 'array' | 'function' | 'number' | 'string' | 'object' | 'unknown'

/** Refuses what is no record with certain fields: what something else gave, which users hand back, and what
 *  is named by themselves. Other fields may stand beside them.
 *
 *  @throws `TypeError`.
 *  @example checkFields('formatPlan: plan', plan, { lines: 'array' }, 'Pass what planRestore returns.') */
export const checkFields = (
  what: string,
  given: unknown,
  fields: Readonly<Record<string, Field>>,
  way: string,
): void => {
  const entries = Object.entries(fields)
  if (isNamed(given) && entries.every(([name, field]) => holds(given, name, field))) return
  const type = entries.map(([name, field]) => (field === 'unknown' ? name : `${name}: ${field}`)).join(', ')
  throw wrongArgument(what, type === '' ? 'one record' : `{ ${type} }`, given, way)
}

const holds = (record: object, name: string, field: Field): boolean => {
  const value: unknown = Reflect.get(record, name)
  return field === 'unknown' ? name in record : field === 'array' ? Array.isArray(value) : typeof value === field
}
