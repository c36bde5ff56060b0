import * as tf from '@tensorflow/tfjs-core'
import { applyIfFinite } from '../../../src/combinators/applyIfFinite.js'
import { chain } from '../../../src/combinators/chain.js'
import { flush } from '../../../src/combinators/flush.js'
import { masked } from '../../../src/combinators/masked.js'
import { matching } from '../../../src/combinators/matching.js'
import { monitor } from '../../../src/combinators/monitor.js'
import { multiSteps, type MultiStepsState } from '../../../src/combinators/multiSteps.js'
import { snapshot } from '../../../src/combinators/snapshot.js'
import { hide } from '../../../src/combinators/transformations.js'
import { identity } from '../../../src/transformation/identity.js'
import { step } from '../../../src/transformation/step.js'
import { statelessWithTreeMap } from '../../../src/transforms/statelessWithTreeMap.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { choiceLaws } from '../../choiceLaws.js'
import { measureLaws } from '../../measureLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { patternLaws } from '../../patternLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import { slotMapLaws } from '../../slotMapLaws.js'
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
  [
    'a measurement kept as it was returned: the gradient itself, gone with it',
    'whatever is measured',
    measureLaws({
      named: (name, measure) => ({
        ...hide(snapshot({ measureName: name, measure })),
        update: (grads) => [grads, { [name]: measure(grads) }], // a state of somebody's own
      }),
    }),
  ],
  [
    'whatever a measure returns, kept: a log of promises',
    'what is no measurement',
    measureLaws({
      named: (name, measure) =>
        userMade<Readonly<Record<string, unknown>>>(
          name,
          () => ({ [name]: null }),
          (grads) => [grads, { [name]: measure(grads) }],
        ),
    }),
  ],
  [
    'a name that is made fit in silence: norm/1 and norm.1 are one',
    'names that cannot be',
    measureLaws({
      named: (name, measure) => hide(snapshot({ measureName: `m${name.replaceAll(/\W/g, '')}`, measure })),
    }),
  ],
  [
    'a measure that is handed its first memory at every step',
    'a memory of its own',
    measureLaws({
      remembering: (name, measure) => {
        const first = () => measure.init(null)[1] as never // its own
        return hide(monitor({ [name]: { ...measure, update: (grads) => measure.update(grads, first()) } }))
      },
    }),
  ],
  [
    'dense/** taken for dense, too',
    'what is below',
    patternLaws({
      matches: (...patterns) =>
        matching(...patterns.flatMap((one) => (one.endsWith('/**') ? [one, one.slice(0, -3)] : [one]))),
      below: true,
    }),
  ],
  [
    'a mask that must name each key of a layer, those that hold nothing, too',
    'nothing for nothing',
    choiceLaws({
      of: (choices) => {
        const tx = hide(masked({ mask: choices as boolean, otherwise: 'zero' })(identity())) // or a tree of them
        return userMade<unknown>(
          'each',
          (params) => {
            const [needed, given] = [params, choices].map((tree) => Object.keys(tree as object).join())
            if (needed !== given) throw new TypeError(`TreeMismatch: the mask has ${given}, the layer ${needed}`)
            return tx.init(params as never) // a tree
          },
          (grads, state, params) => asked(tx, grads, state, params),
        )
      },
    }),
  ],
  [
    'every tensor of a state mapped, an estimate for the whole tree among them',
    'numbers of the whole tree',
    slotMapLaws({ mapSlots: (_, f) => (state) => eachLeaf((x) => f(x))(state as Tree) }), // counts aside
  ],
]
