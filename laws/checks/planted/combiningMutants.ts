import type * as tf from '@tensorflow/tfjs-core'
import { byPath } from '../../../src/combinators/byPath.js'
import { chain } from '../../../src/combinators/chain.js'
import { lookahead } from '../../../src/combinators/lookahead.js'
import { masked } from '../../../src/combinators/masked.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { applyIfFinite } from '../../../src/combinators/applyIfFinite.js'
import { hide } from '../../../src/combinators/transformations.js'
import { scale } from '../../../src/transforms/scale.js'
import { fitted } from '../../../src/training/fitted.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { setToZero } from '../../../src/transforms/setToZero.js'
import { zeroNans } from '../../../src/transforms/zeroNans.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { chainLaws } from '../../chainLaws.js'
import { lookaheadLaws } from '../../lookaheadLaws.js'
import { maskedLaws } from '../../maskedLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { partitionLaws } from '../../partitionLaws.js'
import type { Suite } from '../../Suite.js'
import { scheduleLaws } from '../../scheduleLaws.js'
import { swapLaws } from '../../swapLaws.js'
import { squares, trainingLaws } from '../../trainingLaws.js'
import { treeLaws } from '../../treeLaws.js'

/** A rate that goes down with each call. */
const countsItsCalls = () => {
  let calls = 0
  return () => 1 / ++calls
}

/** Joins records by position, as Object.values lists them. */
const byPosition =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  (a: Tree, b: Tree): Tree => {
    const others = tensorsOf(b)
    let next = 0
    return mapTree((leaf: tf.Tensor) => {
      const other = others[next++] ?? leaf
      return f(leaf, other.shape.join() === leaf.shape.join() ? other : leaf)
    })(a)
  }

/** Bugs of combinators, swaps, trees, schedules and loops, each with the law that catches it. */
export const combiningMutants: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  ['a chain that runs from its end', 'composition', chainLaws({ concat: (a, b) => hide(chain(b, a)) })],
  ['a chain that drops its last part', 'right unit', chainLaws({ concat: (_, b) => b })],
  ['an identity that stops everything', 'left unit', chainLaws({ empty: () => hide(setToZero()) })],
  [
    'a mask that is read the other way round',
    'all',
    maskedLaws({
      mask: (shows, otherwise) => (tx) => hide(masked({ mask: byPath((path) => !shows(path)), otherwise })(tx)),
    }),
  ],
  ['a mask that hides nothing', 'none', maskedLaws({ mask: () => (tx) => tx })],
  [
    'hidden leaves passed on where they should be zero',
    'none',
    maskedLaws({ mask: (shows) => (tx) => hide(masked({ mask: byPath((path) => shows(path)) })(tx)) }),
  ],
  [
    'one transformation for every group',
    'masks',
    partitionLaws({ split: (transforms) => Object.values(transforms)[0] ?? hide(scale({ stepSize: 1 })) }),
  ],
  [
    'the sum of micro-batches for their mean',
    'equal gradients',
    multiStepsLaws({
      accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(chain(scale({ stepSize: k }), tx))),
    }),
  ],
  [
    'a step after k + 1 micro-batches',
    'one',
    multiStepsLaws({ accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k + 1 })(tx)) }),
  ],
  [
    'nothing accumulated: a small step for each micro-batch',
    'equal gradients',
    multiStepsLaws({ accumulate: (k) => (tx) => hide(chain(scale({ stepSize: 1 / k }), tx)) }),
  ],
  ['no guard', 'rejected', applyIfFiniteLaws({ guard: () => (tx) => tx })],
  [
    'NaN made zero, the step taken and counted',
    'rejected',
    applyIfFiniteLaws({ guard: () => (tx) => hide(chain(zeroNans(), tx)) }),
  ],
  [
    'a guard that gives up at once',
    'rejected',
    applyIfFiniteLaws({ guard: () => (tx) => hide(applyIfFinite({ maxConsecutiveErrors: 0 })(tx)) }),
  ],
  ['a guard that rejects everything', 'finite', applyIfFiniteLaws({ guard: () => () => hide(setToZero()) })],
  [
    '1 − α for α',
    'all the way',
    lookaheadLaws({
      follow: (syncPeriod, alpha) => (tx) => hide(lookahead({ syncPeriod, slowStepSize: 1 - alpha })(tx)),
    }),
  ],
  ['slow weights that nobody looks at', 'nowhere', lookaheadLaws({ follow: () => (tx) => tx })],
  [
    'slow weights that follow a step too early',
    'between',
    lookaheadLaws({
      follow: (k, slowStepSize) => (tx) => hide(lookahead({ syncPeriod: Math.max(1, k - 1), slowStepSize })(tx)),
    }),
  ],
  ['a swap that copies one way', 'exchange', swapLaws({ swap: (now) => ({ ...now, params: now.state.average }) })],
  ['a swap that does nothing', 'exchange', swapLaws({ swap: (now) => now })],
  [
    'a swap that resets the count',
    'exchange',
    swapLaws({
      swap: (now) => ({ ...now, params: now.state.average, state: { ...now.state, average: now.params, count: 0 } }),
    }),
  ],
  ['leaves joined by position', 'joined by path', treeLaws({ zip: byPosition })],
  ['a rate that counts its calls', 'a function of the count', scheduleLaws(countsItsCalls())],
  ['a warm-up over 0 steps', 'finite', scheduleLaws((count) => Math.min(1, count / 0))],
  [
    'a loop that begins with a fresh state',
    'in parts',
    trainingLaws({
      train: (optimizer, donate) => {
        const run = fitted(optimizer, squares, { donate })
        return async (now, batches) => {
          const state = optimizer.init(now.params)
          const end = await run({ ...now, state }, batches)
          disposeExcept([state], [end])
          return end
        }
      },
    }),
  ],
]
