import { must } from '../scalars/must.js'
import { count } from '../scalars/Count.js'
import { listOf, schedule } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from './described.js'

export interface JoinSchedulesOptions {
  /** The pieces, in order; at least one. */
  readonly schedules: readonly Schedule[]
  /** The counts at which the second, third, … piece takes over, ascending; one fewer than the pieces. */
  readonly boundaries: readonly number[]
}

/** One schedule after the other, each with a clock that starts at its own boundary.
 *
 *  ```text
 *  s(n) = schedulesᵢ(n − boundaryᵢ)     i = the last piece with boundaryᵢ ≤ n, boundary₀ = 0
 *  ```
 *
 *  @units boundaries are counts of updates applied so far.
 *  @throws RangeError or TypeError for an empty list, or boundaries that descend or are not one fewer.
 *  @laws one schedule joined is itself; a join inside a join is the flat one, its boundaries moved.
 *  @reference optax.join_schedules. Departs: only the piece in force is evaluated; a wrong number of boundaries
 *    is refused where optax drops what does not pair up.
 *  @example
 *  ```ts
 *  const rise = linearSchedule({ initValue: 0, endValue: 1, transitionSteps: 10 })
 *  joinSchedules({ schedules: [rise, constantSchedule({ value: 1 })], boundaries: [10] })
 *  ```
 */
export const joinSchedules = (given: JoinSchedulesOptions): Schedule => {
  const checked = parse(given)
  const { schedules, boundaries } = checked
  checkBoundaries(schedules.length, boundaries)
  const [first, ...later] = schedules
  if (first === undefined) throw new RangeError('joinSchedules: schedules is empty. Pass at least one.')
  const pieces = later.map((piece, i) => ({ piece, begin: must(boundaries[i], 'boundary before a schedule') }))
  return described('joinSchedules', checked, (n) => {
    const now = pieces.findLast(({ begin }) => begin <= n)
    return now === undefined ? first(n) : now.piece(n - now.begin)
  })
}

const parse = options('joinSchedules', {
  schedules: required(listOf(schedule, 1)),
  boundaries: required(listOf(count)),
})

const checkBoundaries = (pieces: number, boundaries: readonly number[]): void => {
  if (boundaries.length !== pieces - 1) {
    throw new RangeError(
      `joinSchedules: boundaries must be one fewer than schedules, found ${boundaries.length} for ${pieces}. ` +
        'Pass the count at which each piece after the first takes over.',
    )
  }
  const descent = boundaries.findIndex((boundary, i) => boundary < (boundaries[i - 1] ?? 0)) // the first piece begins at 0
  if (descent >= 0) {
    throw new RangeError(
      `joinSchedules: boundaries.${descent} must be at least the boundary before it (${boundaries[descent - 1]}), ` +
        `found ${boundaries[descent]}. Sort the boundaries, and the schedules with them.`,
    )
  }
}
