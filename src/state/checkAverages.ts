/** @internal */
import type { Skeleton } from '../tree/Skeleton.js'
import { type PlacedSlot, slotsOf } from './slots.js'
import type { StateShape } from './StateShape.js'

/** Refuses two averages of one parameter with one name: a file could hold only one of them. What masks hide is known
 *  with a skeleton only. */
export const checkAverages = (owner: string, shape: StateShape, skeleton?: Skeleton): void => {
  const averages = slotsOf(shape).filter(({ average }) => average !== undefined)
  averages.forEach((one, i) => {
    const other = averages.slice(0, i).find(({ average }) => average === one.average)
    if (other === undefined || !meet(one, other, skeleton)) return
    throw new TypeError(
      `${owner}: two averages are named "${one.average}", at ${place(other)} and at ${place(one)}. Pass another name to one of them, e.g. withMovingAverage({ name: 'Slow' }).`,
    )
  })
}

const meet = (a: PlacedSlot, b: PlacedSlot, skeleton: Skeleton | undefined): boolean => {
  if (a.scope === null || b.scope === null) return true
  if (skeleton === undefined) return false
  const seen = b.scope.includes(skeleton)
  return a.scope.includes(skeleton).some((x, i) => x && seen[i] === true)
}

const place = ({ at, name }: PlacedSlot): string => [...at, name].join('.')
