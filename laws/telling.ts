import type { Schedule } from '../src/scalars/Schedule.js'

/** Who made it, and of what. */
export interface Told {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

/** What stands in a telling for a value. */
export const plainly =
  (schedule: (schedule: Schedule) => Told | undefined) =>
  (value: unknown): unknown => {
    if (typeof value === 'function') {
      const known = schedule(value as Schedule) // whatever is called with a count is one
      return known === undefined ? { $function: value.name } : { $schedule: known }
    }
    if (Array.isArray(value)) return value.map(plainly(schedule))
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, one]) => one !== undefined)
            .map(([key, one]) => [key, plainly(schedule)(one)]),
        )
      : value
  }

/** What is told, of that which was asked for. */
export const within = (asked: unknown, found: unknown): unknown => {
  if (typeof asked !== 'object' || asked === null || typeof found !== 'object' || found === null) return found
  if (Array.isArray(asked) !== Array.isArray(found) || '$schedule' in asked) return found
  const has: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(found))
  if (Array.isArray(asked)) return Object.values(has).map((one, i) => within(asked[i], one))
  return Object.fromEntries(Object.entries(asked).map(([key, one]) => [key, within(one, has[key])]))
}

/** Where a telling is no plain, frozen data. */
export const strange = (value: unknown, path = 'options'): readonly string[] => {
  if (value === undefined || typeof value === 'function') return [`${path} is ${typeof value}`]
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, one]) => strange(one, `${path}.${key}`))
  return Object.isFrozen(value) ? inside : [`${path} is not frozen`, ...inside]
}
