import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { measureWithEma } from '../src/combinators/measureWithEma.js'
import { monitor } from '../src/combinators/monitor.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { law } from './Law.js'
import { tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { updatesOf } from './trajectory.js'

/** What watches updates: its state keeps `{ measurements: { now, smooth } }`; by default `monitor`. */
export interface MeasureSubject {
  readonly watch: (
    measure: (updates: Tree) => tf.Tensor,
    smoothed: { readonly decay: number; readonly debias?: boolean },
  ) => Transformation<Opaque>
}

/** The law of measurements of the updates that pass.
 *
 *  @example checkLaws(measureLaws()) */
export const measureLaws = (given: Partial<MeasureSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  watch = (measure, smoothed) => hide(monitor({ now: measure, smooth: measureWithEma({ measure, ...smoothed }) })),
}: Partial<MeasureSubject>): Suite => ({
  name: 'measurements',
  laws: [
    law(exactly)(
      {
        name: 'refuses what is no measure',
        equation: 'nothing, a number, a word or a record in its place ⇒ it throws a TypeError, and says what it needs',
        reason: 'a log that holds nothing is looked at after the training',
        bug: 'null has the type of a record: the error came at the first step, from inside',
      },
      [fc.constantFrom<unknown>(null, undefined, 3, 'norm', {}, [])],
      (wrong) => {
        try {
          watch(wrong as never, { decay: 0.5 }) // what it must refuse
          return { left: 'no error', right: 'an error' }
        } catch (cause) {
          return { left: cause instanceof TypeError && /measure|function/.test(cause.message), right: true }
        }
      },
    ),
    law(exactly)(
      {
        name: 'refuses what is no measurement',
        equation: 'a promise, a word, nothing, an object with methods, also within a record ⇒ it throws a TypeError',
        reason: 'what cannot be saved is found out when the file is read',
        bug: 'await in a measure: a log of promises, all of them fulfilled after their tensors were gone',
        share: 0.5,
      },
      [
        fc.constantFrom<unknown>(Promise.resolve(1), 'large', undefined, new Date(0), new Map()),
        fc.boolean(),
        fc.boolean(),
      ],
      (wrong, deep, later) =>
        tidily(() => {
          const zeros = { w: tf.zeros([2]) }
          let calls = 0
          // a measure that gives what it must not, at once or after its first call
          const measure = (updates: Tree) =>
            (calls++ === 0 && later ? largest(updates) : deep ? { norm: tf.scalar(1), wrong } : wrong) as never
          try {
            const tx = watch(measure, { decay: 0.5 })
            const state = tx.init(zeros)
            calls = later ? 1 : 0
            tx.update(zeros, state, zeros)
            return { left: 'no error', right: 'a TypeError' }
          } catch (cause) {
            return { left: cause instanceof TypeError ? 'a TypeError' : cause, right: 'a TypeError' }
          }
        }),
    ),
    law(within(1e-5))(
      {
        name: 'what passes',
        equation:
          'now = measure(g);  smooth = Σ dᵗ⁻ˢ·measure(gₛ)/Σ dᵗ⁻ˢ, without the divisor times 1 − d unless debiased; g passes',
        reason: 'what is logged is what was trained with',
        bug: 'a log that was one step late; a smoothed norm that began at zero',
      },
      [
        fc.record(
          { decay: fc.constantFrom(0, 0.5, 0.9, 1), debias: fc.boolean() },
          { requiredKeys: ['decay'], noNullPrototype: true },
        ),
        trainings({ values: ordinary, maxSteps: 6, missing: false }),
      ],
      (smoothed, training) => {
        const { decay, debias = true } = smoothed
        const moments = updatesOf(watch(largest, smoothed), training)
        const each = training.grads.map((g) => valuesOf(g).reduce((most, x) => Math.max(most, Math.abs(x)), 0))
        let ema = 0
        const right = each.map((now, t) => {
          ema = decay * ema + (1 - decay) * now
          return { now, smooth: debias && decay < 1 ? ema / (1 - decay ** (t + 1)) : ema }
        })
        return {
          left: [
            moments.map(({ state }) => {
              const { now, smooth } = (state as Watched).measurements // the subject keeps them there
              return { now: valuesOf(now)[0], smooth: valuesOf(smooth)[0] }
            }),
            moments.map(({ updates }) => updates),
          ],
          right: [right, training.grads],
        }
      },
    ),
    law(exactly)(
      anewText,
      [fc.constantFrom(0.5, 0.9), trainings({ missing: false }), trainings({ missing: false })],
      (decay, training, before) => anewMoments(() => watch(largest, { decay }), training, before),
    ),
  ],
})

interface Watched {
  readonly measurements: { readonly now: TreeSpec; readonly smooth: TreeSpec }
}

/** The largest element of all. */
const largest = (updates: Tree): tf.Tensor =>
  tensorsOf(updates).reduce<tf.Tensor>(
    (most, x) => (x.size === 0 ? most : tf.maximum(most, tf.max(tf.abs(x)))),
    tf.scalar(0),
  )

const known = knownOnly<Partial<MeasureSubject>>('measureLaws', { watch: true })
