import { unsaid } from './heard.js'
import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { byPath } from '../src/combinators/byPath.js'
import { chain } from '../src/combinators/chain.js'
import { masked } from '../src/combinators/masked.js'
import { sam } from '../src/combinators/sam.js'
import { hide } from '../src/combinators/transformations.js'
import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import { addDecayedWeights } from '../src/transforms/addDecayedWeights.js'
import { scale } from '../src/transforms/scale.js'
import { trace } from '../src/transforms/trace.js'
import type { Tree } from '../src/tree/Tree.js'
import { treeScale } from '../src/tensors/treeScale.js'
import { exactly, within } from './Agreement.js'
import { dyadic } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, tidily, type TreeSpec, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'
import { trajectory } from './trajectory.js'

/** A step that climbs before it goes down, in the place of `sam`. */
export interface SamSubject {
  /** One climb or descent for each step. */
  readonly sharpen: (options: {
    readonly syncPeriod: number
    readonly resetState: boolean
  }) => (optimizer: Transformation<Opaque>, adversary: Transformation<Opaque>) => Transformation<Opaque>
  /** A whole period in each step, which asks `gradFn` for gradients elsewhere. */
  readonly atOnce: (
    ...options: Parameters<SamSubject['sharpen']>
  ) => (optimizer: Transformation<Opaque>, adversary: Transformation<Opaque>) => AnyTransformation
}

/** The laws of sharpness-aware minimization.
 *
 *  @example await checkLaws(samLaws()) */
export const samLaws = (given: Partial<SamSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  sharpen = (options) => (optimizer, adversary) => hide(sam(options)(optimizer, adversary)),
  atOnce = (options) => (optimizer, adversary) => sam({ ...options, opaqueMode: true })(optimizer, adversary),
}: Partial<SamSubject>): Suite => ({
  name: 'sharpness-aware minimization',
  laws: [
    law(exactly)(
      {
        name: 'without a climb',
        equation: 'syncPeriod 1 ⇒ sam(f, a) ≅ f',
        reason: 'the adversary is an addition',
      },
      [optimizers, adversaries, fc.boolean(), trainings({ missing: false, maxSteps: 5 })],
      (f, a, resetState, training) => ({
        left: pathOf(sharpen({ syncPeriod: 1, resetState })(f, a), training),
        right: pathOf(f, training),
      }),
    ),
    law(exactly)(
      {
        name: 'up and down',
        equation:
          'k − 1 climbs by −a from p₀, then f from p₀ with the last gradient; again from there, a anew or going on',
        reason: 'the descent starts where the climb did, with the gradient found above',
        bug: 'a step down from the top of the climb;  a decay of the weights up there;  an adversary that went downhill;  a cache of the first period, for ever',
        presumes: ['without a climb'],
      },
      [optimizers, adversaries, fc.boolean(), periods],
      (f, a, resetState, { k, params, grads }) => {
        const descents = grads.filter((_, t) => t % k === k - 1)
        const ends = pathOf(f, { params, grads: descents })
        // an adversary here looks at no parameter: what it does with all climbs is what it does with each in turn
        const uphill = hide(chain(a, scale({ stepSize: -1 })))
        const climbs = grads.filter((_, t) => t % k !== k - 1)
        const whole = pathOf(uphill, { params: zero(params), grads: climbs })
        const path: TreeSpec[] = [params]
        for (let round = 0; round * k < grads.length; round++) {
          const from = ends[round] ?? null
          const some = climbs.slice(round * (k - 1), (round + 1) * (k - 1))
          const moves = resetState
            ? pathOf(uphill, { params: zero(params), grads: some })
            : whole
                .slice(round * (k - 1), (round + 1) * (k - 1) + 1)
                .map((at) => minus(at, whole[round * (k - 1)] ?? null))
          path.push(...moves.slice(1).map((move) => plus(from, move)))
          if (path.length <= grads.length) path.push(ends[round + 1] ?? null)
        }
        return { left: pathOf(sharpen({ syncPeriod: k, resetState })(f, a), { params, grads }), right: path }
      },
    ),
    law(within(1e-6))(
      {
        name: 'at once',
        equation: 'gradients g(p) of a bowl: a step at once = a period of single steps',
        reason: 'who can ask for gradients must not get another optimizer',
        bug: 'the first gradient asked for at the wrong place;  the state of the adversary lost, or kept, in one of the modes only',
        presumes: ['up and down'],
      },
      [
        optimizers,
        adversaries,
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        trainings({ maxSteps: 1, nulls: false }),
      ],
      (f, a, resetState, syncPeriod, rounds, { params }) => {
        const single = sharpen({ syncPeriod, resetState })(f, a)
        const left = [params]
        // gradients follow from where one is: one step after the other
        const seen: TreeSpec[] = []
        for (let t = 0; t < rounds * syncPeriod; t++) {
          seen.push(bowl(trajectory(single, { params, grads: seen }).at(-1)?.params ?? null))
          if (t % syncPeriod === syncPeriod - 1)
            left.push(trajectory(single, { params, grads: seen }).at(-1)?.params ?? null)
        }
        const whole = atOnce({ syncPeriod, resetState })(f, a)
        const right = [params]
        const firsts: TreeSpec[] = []
        for (let round = 0; round < rounds; round++) {
          firsts.push(bowl(right.at(-1) ?? null))
          right.push(trajectory(whole, { params, grads: firsts }, { gradFn }).at(-1)?.params ?? null)
        }
        return { left, right }
      },
    ),
    law(exactly)(
      {
        name: 'what is told',
        equation:
          'stepsSinceSync, where the state has it, is t mod k after t single steps, and 0 after each step at once',
        reason: 'at the ends of periods the parameters are those that one has trained: there one saves and evaluates',
        bug: 'a count of climbs alone: the end of a period looked like its middle',
        share: 0.5,
      },
      [optimizers, adversaries, fc.boolean(), periods],
      (f, a, resetState, { k, params, grads }) => {
        const since = (tx: AnyTransformation): readonly unknown[] =>
          trajectory(tx, { params, grads }, { gradFn }).map(({ state }) =>
            typeof state === 'object' && state !== null
              ? Object.getOwnPropertyDescriptor(state, 'stepsSinceSync')?.value
              : undefined,
          )
        const left = [sharpen, atOnce].map((way) => since(way({ syncPeriod: k, resetState })(f, a)))
        const right = [k, 1].map((each) => [0, ...grads.map((_, t) => (t + 1) % each)])
        return { left, right: right.map((row, i) => (left[i]?.[0] === undefined ? left[i] : row)) }
      },
    ),
    law(exactly)(
      {
        name: 'beneath a mask',
        equation:
          'masked(at once(at once(f, a), a)): gradFn is asked at all parameters, hidden ones too, at each depth',
        reason: 'a loss needs the whole model, whichever part of it is trained',
        bug: 'the part that was shown, handed to the loss as if it were all: the other layers were null',
        presumes: ['at once'],
        share: 0.5,
      },
      [optimizers, adversaries, trainings({ missing: false, nulls: false, maxSteps: 2 }), trainings({ nulls: false })],
      (f, a, { params, grads }, other) => {
        const options = { syncPeriod: 2, resetState: true }
        const deep = opaque(atOnce(options)(opaque(atOnce(options)(f, a)), a))
        const tx = masked({ mask: byPath((path) => path.split('/')[0] === 'shown') })(deep)
        const both = {
          params: { shown: params, hidden: other.params },
          grads: grads.map((g) => ({ shown: g, hidden: mapNumbers(() => null)(other.params) })),
        }
        const seen: unknown[] = []
        const asks = (at: Tree): Tree => {
          seen.push(numbersFrom((at as { readonly hidden?: Tree }).hidden ?? null)) // the tree above
          return gradFn(at)
        }
        const ends = trajectory(tx, both, { gradFn: asks }).map((now) => now.params)
        const alone = trajectory(deep, { params, grads }, { gradFn }).map((now) => now.params)
        return {
          left: [ends, seen],
          right: [
            alone.map((shown) => ({ shown, hidden: other.params })),
            // two in each step: the outer one asks, then the inner one
            grads.flatMap(() => [other.params, other.params]),
          ],
        }
      },
    ),
    law(exactly)(
      {
        name: 'what is asked for',
        equation:
          'at once without gradFn, with none in its place, or with gradients that do not fit the parameters ⇒ it throws, and says gradFn, or where',
        reason: 'a gradient of another form belongs to another parameter',
        bug: 'gradients of a batch in the place of their mean: added to the parameters, they made a batch of them',
        share: 0.25,
      },
      [optimizers, adversaries, fc.constantFrom<unknown>(undefined, null, 3, 'grad', {})],
      (f, a, none) =>
        tidily(() => {
          const params = { w: tf.zeros([2]) }
          const tx = opaque(atOnce({ syncPeriod: 2, resetState: true })(f, a))
          const unspoken = (extra: unknown, word: string): readonly string[] =>
            unsaid(() => tx.update(params, tx.init(params), params, extra as {}), [word]) // what it must refuse
          return {
            left: [
              unspoken({}, 'gradFn'),
              unspoken({ gradFn: none }, 'gradFn'),
              unspoken({ gradFn: () => ({ w: tf.zeros([3, 2]) }) }, 'gradFn'),
              unspoken({ gradFn: () => ({ v: tf.zeros([2]) }) }, 'gradFn'),
            ],
            right: Array.from({ length: 4 }, () => []),
          }
        }),
    ),
    anewLaw(
      (f, count) => sharpen({ syncPeriod: count, resetState: false })(f, hide(trace({ decay: 0.5 }))),
      trainings({ missing: false, minSteps: 3, maxSteps: 7 }),
    ),
    handedInLaw(
      (f, count) => sharpen({ syncPeriod: count, resetState: false })(f, f),
      trainings({ missing: false, minSteps: 3, maxSteps: 7 }),
    ),
  ],
})

// what it asks for is handed to it
const opaque = (tx: AnyTransformation): Transformation<Opaque> => tx as Transformation<Opaque>

const momentum = hide(trace({ decay: 0.5 }))
const optimizers = fc.constantFrom(
  hide(scale({ stepSize: -0.5 })),
  hide(chain(momentum, scale({ stepSize: -0.25 }))),
  // one that looks at parameters: those from which it goes down
  hide(chain(addDecayedWeights({ weightDecay: 0.5 }), scale({ stepSize: -0.5 }))),
)
const adversaries = fc.constantFrom(hide(scale({ stepSize: -0.25 })), hide(chain(momentum, scale({ stepSize: -0.5 }))))

/** A period, and trainings of two of them and more. */
const periods = fc.integer({ min: 2, max: 4 }).chain((k) =>
  trainings({ missing: false, values: dyadic, minSteps: 2 * k, maxSteps: 3 * k + 1 }).map((training) => ({
    ...training,
    k,
  })),
)

const zero: (spec: TreeSpec) => TreeSpec = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))
const bowl: (spec: TreeSpec) => TreeSpec = mapNumbers(({ shape, values }) => ({
  shape,
  values: values.map((x) => 0.25 * x),
}))
const gradFn = (at: Tree): Tree => treeScale(0.25, at)

const plus = zipNumbers((a, b) => a + b)
const minus = zipNumbers((a, b) => a - b)

const known = knownOnly<Partial<SamSubject>>('samLaws', { sharpen: true, atOnce: true })
