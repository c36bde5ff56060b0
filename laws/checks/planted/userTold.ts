import * as tf from '@tensorflow/tfjs-core'
import { applyIfFinite } from '../../../src/combinators/applyIfFinite.js'
import { chain } from '../../../src/combinators/chain.js'
import { flatten } from '../../../src/combinators/flatten.js'
import { flush } from '../../../src/combinators/flush.js'
import { injectHyperparams } from '../../../src/combinators/injectHyperparams.js'
import { masked } from '../../../src/combinators/masked.js'
import { matching } from '../../../src/combinators/matching.js'
import { monitor } from '../../../src/combinators/monitor.js'
import { multiSteps, type MultiStepsState } from '../../../src/combinators/multiSteps.js'
import { sam } from '../../../src/combinators/sam.js'
import { snapshot } from '../../../src/combinators/snapshot.js'
import { hide } from '../../../src/combinators/transformations.js'
import { identity } from '../../../src/transformation/identity.js'
import { plain } from '../../../src/transformation/plain.js'
import { step } from '../../../src/transformation/step.js'
import type { StateLambda } from '../../../src/transformation/Transformation.js'
import { statelessWithTreeMap } from '../../../src/transforms/statelessWithTreeMap.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { choiceLaws } from '../../choiceLaws.js'
import { flattenLaws } from '../../flattenLaws.js'
import { hyperparamLaws } from '../../hyperparamLaws.js'
import { measureLaws } from '../../measureLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { patternLaws } from '../../patternLaws.js'
import { samLaws, type SamSubject } from '../../samLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import { slotMapLaws } from '../../slotMapLaws.js'
import type { Suite } from '../../Suite.js'
import { asked, eachLeaf, plus, userMade, type Wrapped } from './usersWay.js'

const truthy = (answer: unknown): boolean => Boolean(answer)

interface Alone extends StateLambda {
  readonly State: { readonly of: unknown }
}

const own = (options: Parameters<SamSubject['atOnce']>[0], f: Wrapped, a: Wrapped): Wrapped =>
  sam({ ...options, opaqueMode: true })(f, a) as unknown as Wrapped // what it asks for is handed to it

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
  [
    'numbers that were to stay among those of the state: a size that a scheduler turned down',
    'any constructor',
    hyperparamLaws({ among: (make, options) => hide(injectHyperparams(make)(options as {})) }), // names that are known when it runs
  ],
  [
    'a state that lacks a number, filled up by the usual one',
    'what is not there',
    hyperparamLaws({
      among: (make, options, fixed) => {
        const tx = hide(injectHyperparams(make, { staticArgs: fixed })(options as {})) // as above
        const usual = new Map<unknown, object>()
        return {
          ...tx,
          init: (params) => {
            const state = tx.init(params)
            usual.set('hyperparams', (state as { readonly hyperparams: object }).hyperparams) // of the wrapper
            return state
          },
          update: (grads, state, params) => {
            const { hyperparams, ...rest } = state as { readonly hyperparams?: object } // as above
            return tx.update(grads, { ...rest, hyperparams: { ...usual.get('hyperparams'), ...hyperparams } }, params)
          },
        }
      },
    }),
  ],
  [
    'steps since the last descent that are told of climbs alone',
    'what is told',
    samLaws({
      sharpen: (options) => (f, a) => {
        const tx = hide(sam(options)(f, a))
        return userMade<{ readonly inner: unknown; readonly stepsSinceSync: number }>(
          'climbs',
          (params) => ({ inner: tx.init(params as never), stepsSinceSync: 0 }), // a tree
          (grads, { inner, stepsSinceSync }, params) => {
            const [updates, next] = asked(tx, grads, inner, params)
            return [
              updates,
              { inner: next, stepsSinceSync: (stepsSinceSync + 1) % Math.max(1, options.syncPeriod - 1) },
            ]
          },
        )
      },
    }),
  ],
  [
    'a loss that is handed the part of the model which is trained',
    'beneath a mask',
    samLaws({
      atOnce: (options) => (f, a) =>
        plain<Alone>({
          name: 'alone',
          init: (params) => ({ of: own(options, f, a).init(params as never) }), // a tree
          update: (grads, { of }, params, extra) => {
            const [updates, next] = own(options, f, a).update(grads as never, of, params as never, extra) // as above
            return [updates, { of: next }]
          },
        }),
    }),
  ],
  [
    'whatever a gradient function gives, added by broadcasting',
    'what is asked for',
    samLaws({
      atOnce: () => () =>
        plain<Alone>({
          name: 'broadcast',
          init: () => ({ of: null }),
          update: (grads, state, params, extra) => {
            const { gradFn } = extra as { readonly gradFn?: (at: unknown) => Tree } // what it asks for
            return [gradFn === undefined ? grads : plus(grads, gradFn(params)), state]
          },
        }),
    }),
  ],
  [
    'a state of one vector, read as that of another one',
    'whose state it is',
    flattenLaws({
      flat: (tx) => {
        const flat = hide(flatten(tx))
        return userMade<unknown>('vector', flat.init, (grads, state, params) => asked(flat, grads, state, params))
      },
    }),
  ],
]
