import fc from 'fast-check'
import { described } from '../src/transformation/describe.js'
import type { Anatomy } from '../src/transformation/Transformation.js'
import { describeSchedule } from '../src/schedules/described.js'
import type { Schedule } from '../src/scalars/Schedule.js'
import { isNumbers } from './Numbers.js'

/** A value in a report: transformations and schedules as what made them, tensors' numbers as `[2, 2] 1 2 3 4`.
 *
 *  @internal */
export const shown = (value: unknown): string => {
  if (typeof value === 'function') return shownFunction(value as Schedule) // it is only looked up
  if (typeof value !== 'object' || value === null) return plainly(value)
  if (isNumbers(value)) return `[${value.shape.join(', ')}]: ${value.values.map(plainly).join(' ')}`
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if ('anatomy' in value) return described((value.anatomy as Anatomy).description) // what every transformation has
  const maker: unknown = Object.getPrototypeOf(value)
  if (maker !== Object.prototype && maker !== null) return fc.stringify(value)
  return `{ ${Object.entries(value)
    .map(([key, child]) => `${key}: ${shown(child)}`)
    .join(', ')} }`
}

/** Numbers that are not finite by their names alone. */
const plainly = (value: unknown): string =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : fc.stringify(value)

const shownFunction = (f: Schedule): string => {
  const made = describeSchedule(f)
  return made === undefined ? String(f) : `${made.name}(${shown(made.options)})`
}
