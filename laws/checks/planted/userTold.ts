import * as tf from '@tensorflow/tfjs-core'
import { applyIfFinite } from '../../../src/combinators/applyIfFinite.js'
import { chain } from '../../../src/combinators/chain.js'
import { flush } from '../../../src/combinators/flush.js'
import { multiSteps, type MultiStepsState } from '../../../src/combinators/multiSteps.js'
import { hide } from '../../../src/combinators/transformations.js'
import { step } from '../../../src/transformation/step.js'
import { statelessWithTreeMap } from '../../../src/transforms/statelessWithTreeMap.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import type { Suite } from '../../Suite.js'
import { asked, eachLeaf, userMade } from './usersWay.js'

const truthy = (answer: unknown): boolean => Boolean(answer)

/** Bugs in what wrappers ask of functions, in what they are told, and in what they tell. */
export const userTold: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  [
    'a test of micro-batches asked with their count, in the place of that of windows',
    'who is asked',
    skippingLaws({
      chosen: (k, leaveOut) => (tx) => {
        let calls = 0
        return hide(
          multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: (g, _, params) => leaveOut(g, calls++, params) })(tx),
        )
      },
    }),
  ],
  [
    'whatever a test of micro-batches gives, taken for yes or no: a promise is yes',
    'what cannot be asked',
    skippingLaws({
      chosen: (k, leaveOut) => (tx) =>
        hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: (...about) => truthy(leaveOut(...about)) })(tx)),
    }),
  ],
  [
    'what had gathered among skipped micro-batches, let go at the end of an epoch',
    'left over',
    skippingLaws({ flushed: () => (state, params) => ({ state, params }) }),
  ],
  [
    'a flush by an empty micro-batch for everything: counts went on where nothing had gathered',
    'left over, beside another',
    multiStepsLaws({
      flushed: (tx) => (state, params) => {
        const now = flush(tx)(state, params)
        // no gradient anywhere
        return step(tx)(mapTree(() => null as unknown as tf.Tensor)(params), now.state, now.params)
      },
    }),
  ],
  [
    'a flush that passes over what it does not know: donate among it',
    'what a flush is told',
    multiStepsLaws({ flushed: (tx) => (state, params) => flush(tx)(state, params) }),
  ],
  [
    'a window of one gathered like any other: 0 + g for g, and −0 is 0',
    'one, to the last bit',
    multiStepsLaws({
      accumulate: (k) => (tx) =>
        hide(chain(statelessWithTreeMap({ f: (g) => tf.add(g, 0) }), multiSteps({ everyKSchedule: k })(tx))),
    }),
  ],
  [
    'a sum that is emptied by hand only: one emptied to 1 in each element',
    'nothing is kept of a window',
    multiStepsLaws({
      total: (k) => (tx) => {
        const sums = hide(multiSteps({ everyKSchedule: k, useGradMean: false })(tx))
        return userMade<unknown>('sums', sums.init, (grads, before, params) => {
          const [updates, state] = asked(sums, grads, before, params)
          const now = state as MultiStepsState<unknown, Tree>
          return [updates, now.miniStep === 0 ? { ...now, acc: eachLeaf((x) => tf.onesLike(x))(now.acc) } : now]
        })
      },
    }),
  ],
  [
    'a guard of gradients alone: a moment that is infinite stays',
    'what it makes of them',
    applyIfFiniteLaws({
      guard: (maxConsecutiveErrors) => (tx) => hide(applyIfFinite({ maxConsecutiveErrors })(tx)),
      judgesState: true,
    }),
  ],
  [
    'counts on the host, for which each step waits, where those of the device were meant',
    'what is told',
    applyIfFiniteLaws({
      guard: (maxConsecutiveErrors) => (tx) => hide(applyIfFinite({ maxConsecutiveErrors })(tx)),
      told: 'device',
    }),
  ],
]
