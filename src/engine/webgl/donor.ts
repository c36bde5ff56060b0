/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import { isGivenAway, leafIn, type WorkList } from '../plan/WorkList.js'
import { slotsWritten } from '../slotsWritten.js'

/** Told what was replaced, after the last draw that reads it. */
export type Donor = (list: WorkList, leaf: number) => void

/** Disposes what a donating step has replaced, so that the next leaf takes its memory: a tensor that is used more than
 *  once when every use was replaced. */
export const donor = (work: Work<Tensor>): Donor => {
  if (!work.donate) return () => undefined
  const uses = new Map<Tensor, number>()
  const count = (tensor: Tensor | null): void => {
    if (tensor !== null) uses.set(tensor, (uses.get(tensor) ?? 0) + 1) // not seen before: none
  }
  work.updates.forEach(count)
  work.params.forEach(count)
  const own = slotsWritten(work.stages)
  work.slots.forEach((slots, s) => {
    for (const name of must(own[s], 'slots')) must(slots[name], 'slot').forEach(count)
  })
  return (list, leaf) => {
    if (!isGivenAway(work, list)) return
    const tensor = leafIn(work, list, leaf)
    const left = must(uses.get(tensor), 'count of the uses of a tensor') - 1
    uses.set(tensor, left)
    if (left === 0) tensor.dispose()
  }
}
