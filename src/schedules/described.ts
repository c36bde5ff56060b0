import { asGiven } from '../scalars/checkedFunction.js'
import type { Schedule } from '../scalars/Schedule.js'

/** What a schedule was made from, as plain data: `JSON.stringify` of it is a fingerprint. */
export interface ScheduleDescription {
  /** The constructor. */
  readonly name: string
  /** Its options with the defaults filled in; schedules among them stand as `{ $schedule: ScheduleDescription }`. */
  readonly options: Readonly<Record<string, unknown>>
}

/** Beside the functions, not on them: a schedule stays a plain function, and a forgotten one is collected. */
const descriptions = new WeakMap<Schedule, ScheduleDescription>()

/** A schedule that remembers what it was made from. For the constructors of this room.
 *
 *  @laws the schedule itself is returned; describeSchedule(described(name, options, s)) holds name and options.
 *  @internal */
export const described = (name: string, options: object, schedule: Schedule): Schedule => {
  descriptions.set(schedule, Object.freeze({ name, options: plainOptions(options) }))
  return schedule
}

/** What a schedule was made from; undefined for a function of the user's own.
 *
 *  @laws equal options give equal descriptions; what is described is plain, frozen data, fit for JSON.
 *  @example
 *  ```ts
 *  describeSchedule(constantSchedule({ value: 0.1 }))
 *  // { name: 'constantSchedule', options: { value: 0.1 } }
 *  describeSchedule((count) => 1 / count)   // undefined
 *  ```
 */
export const describeSchedule = (schedule: Schedule): ScheduleDescription | undefined =>
  descriptions.get(asGiven(schedule))

/** An options record as plain, frozen data: schedules as what they were made from, other functions by name.
 *
 *  @example plainOptions({ learningRate: constantSchedule({ value: 0.1 }) }) */
export const plainOptions = (record: object): Readonly<Record<string, unknown>> =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(record)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, plain(value)]),
    ),
  )

const plain = (value: unknown): unknown => {
  // Whatever is called with a count in this room's options is a schedule, described or the user's own.
  if (typeof value === 'function') return plainSchedule(value as Schedule)
  if (Array.isArray(value)) return Object.freeze(value.map(plain))
  return typeof value === 'object' && value !== null ? plainOptions(value) : value
}

const plainSchedule = (schedule: Schedule): unknown => {
  const known = describeSchedule(schedule)
  return Object.freeze(known === undefined ? { $function: schedule.name } : { $schedule: known })
}
