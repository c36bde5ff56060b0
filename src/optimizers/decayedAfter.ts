/** @internal */

import { masked } from '../combinators/masked.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { counting, equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Counting } from '../transformation/types.js'

/** Shrinks the parameters after the step that the updates are, where others shrink them before: u ← u − η·w·(p + u); not
 *  at all before the step `from`. */
export const decayedAfter = (
  learningRate: number | Schedule,
  weightDecay: number | Schedule,
  mask: MaskLike | undefined,
  from: number,
): Transformation<Counting> => {
  const decay = equation({
    name: 'decayedAfter',
    options: plainOptions({ learningRate, weightDecay }),
    host: counting,
    scalars: ({ count }) => {
      const w = valueAt(learningRate, count) * valueAt(weightDecay, count)
      return { w: count < from ? 0 : w }
    },
  })((A) => ({ update: u, param: p }, { w }) => ({ update: A.sub(u, A.mul(w, A.add(p, u))) }))
  return mask === undefined ? decay : masked({ mask })(decay)
}
