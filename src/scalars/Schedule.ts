/** A number that changes with the count of updates applied so far (0 at the first), computed on the host in double.
 *
 *  @laws pure: the same count gives the same number. */
export type Schedule = (count: number) => number

/** The value at a count of an option that is a number or a schedule.
 *
 *  @example
 *  ```ts
 *  valueAt(0.1, 7)   // 0.1
 *  valueAt((count) => 1 / (1 + count), 1)   // 0.5
 *  ```
 */
export const valueAt = (value: number | Schedule, count: number): number =>
  typeof value === 'function' ? value(count) : value
