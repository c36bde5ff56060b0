/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Executor } from '../equation/Work.js'
import { must } from '../scalars/must.js'

/** An executor that cannot reuse memory, but gives back what was given away: the parameters and slots that a step has
 *  replaced. */
export const donating =
  (executor: Executor<Tensor>): Executor<Tensor> =>
  (work) => {
    const done = executor(work)
    if (!work.donate) return done
    const release = (before: readonly (Tensor | null)[], after: readonly (Tensor | null)[]): void => {
      if (before === after) return
      const kept = new Set(after)
      for (const tensor of before) if (tensor !== null && !kept.has(tensor)) tensor.dispose()
    }
    if (work.mode === 'step') release(work.params, done.leaves)
    work.slots.forEach((slots, stage) => {
      const after = must(done.slots[stage], 'slots')
      for (const [name, list] of Object.entries(slots)) release(list, must(after[name], 'slot'))
    })
    return done
  }
