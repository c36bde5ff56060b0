import { unsaid } from './heard.js'
import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { chain } from '../src/combinators/chain.js'
import { measureWithEma } from '../src/combinators/measureWithEma.js'
import type { Measured } from '../src/combinators/measured.js'
import { type AnyMeasure, monitor } from '../src/combinators/monitor.js'
import { snapshot } from '../src/combinators/snapshot.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import { isLeaf, type Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { namesLaw } from './combining/names.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { updatesOf } from './trajectory.js'

/** What watches updates: its state keeps `{ measurements: { now, smooth } }`; by default `monitor`. */
export interface MeasureSubject {
  readonly watch: (
    measure: (updates: Tree) => tf.Tensor,
    smoothed: { readonly decay: number; readonly debias?: boolean },
  ) => Transformation<Opaque>
  /** What keeps one measurement under a name; by default `snapshot`. */
  readonly named: (name: string, measure: (updates: Tree) => Measured) => Transformation<Opaque>
  /** Where its state has the measurement. */
  readonly kept: (state: unknown, name: string) => unknown
  /** What keeps a measurement that has a memory of its own, in a state like that of `watch`.
   *
   *  @defaultValue `monitor`, where `watch` is left out, too; else nothing is asked */
  readonly remembering: ((name: string, measure: AnyMeasure) => Transformation<Opaque>) | undefined
}

/** The law of measurements of the updates that pass.
 *
 *  @example await checkLaws(measureLaws()) */
export const measureLaws = (given: Partial<MeasureSubject> = {}): Suite => {
  const {
    watch,
    named = byName,
    kept = valueAt,
    remembering = watch === undefined ? withMemory : undefined,
  } = known(given)
  return lawsOf({ watch: watch ?? usual, named, kept, remembering })
}

const byName: MeasureSubject['named'] = (name, measure) => hide(snapshot({ measureName: name, measure }))
const withMemory: MeasureSubject['remembering'] = (name, measure) => hide(monitor({ [name]: measure }))
const usual: MeasureSubject['watch'] = (measure, smoothed) =>
  hide(monitor({ now: measure, smooth: measureWithEma({ measure, ...smoothed }) }))

const lawsOf = ({ watch, named, kept, remembering }: MeasureSubject): Suite => ({
  name: 'measurements',
  laws: [
    law(exactly)(
      {
        name: 'refuses what is no measure',
        equation: 'nothing, a number, a word or a record in its place ⇒ it throws a TypeError, and says what it needs',
        reason: 'a log that holds nothing is looked at after the training',
        bug: 'null has the type of a record: the error came at the first step, from inside',
      },
      [
        fc.constantFrom<unknown>(null, undefined, 3, 'norm', {}, [], {
          kind: 'average',
          options: {},
          init,
          update: init,
        }),
      ],
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
    law(exactly)(
      {
        name: 'whatever is measured',
        equation:
          'tensors, numbers and null, in records and lists, the updates themselves among them ⇒ the state holds them, by name, of the last step; nothing in it is undefined, and g passes',
        reason: 'what was measured is looked at after the updates are gone',
        bug: 'a reference to the gradient for a measurement: disposed with it before anybody looked',
      },
      [names, fc.constantFrom(...measures), trainings({ missing: false, maxSteps: 3 })],
      (name, measure, { params: spec, grads }) =>
        tidily(() => {
          const tx = named(name, measure)
          const params = tensorsFrom(spec)
          let state = tx.init(params)
          const first = numbersFrom([kept(state, name), undefinedIn(state)])
          const meant = (of: TreeSpec) => tidily(() => numbersFrom([measure(tensorsFrom(of)), []]))
          const seen = grads.map((g) => {
            const updates = tensorsFrom(g)
            const [passed, next] = tx.update(updates, state, params)
            state = next
            const same = numbersFrom(passed)
            for (const x of tensorsOf(updates)) x.dispose()
            return [same, numbersFrom([kept(state, name), undefinedIn(state)])]
          })
          return { left: [first, seen], right: [meant(spec), grads.map((g) => [g, meant(g)])] }
        }),
    ),
    law(exactly)(
      {
        name: 'what is no measurement',
        equation:
          'a promise, a word, nothing, a function, an object with methods, within a record or a list, too ⇒ it throws a TypeError, and says under which name and where; no function at all is refused at once',
        reason: 'what cannot be saved is found out when the file is read',
        bug: 'await in a measure: a log of promises, all of them fulfilled after their tensors were gone',
        share: 0.5,
      },
      [
        names,
        fc.constantFrom<readonly [(wrong: unknown) => unknown, where: string]>(
          [(wrong) => wrong, ''],
          [(wrong) => ({ norm: 1, deep: { wrong } }), 'deep/wrong'],
          [(wrong) => [1, null, wrong], '2'],
        ),
        fc.boolean(),
        fc.constantFrom<unknown>(null, undefined, 3, 'norm', {}),
      ],
      (name, [around, where], later, none) =>
        tidily(() => {
          const zeros = { w: tf.zeros([2]) }
          const said = (attempt: () => unknown, words: readonly string[]): readonly string[] =>
            unsaid(attempt, ['TypeError', ...words])
          const seen = noMeasurements.map((wrong) => {
            let calls = 0
            const asked = named(name, () => (calls++ === 0 && later ? 1 : around(wrong)) as never) // what it must refuse
            return said(() => asked.update(zeros, asked.init(zeros), zeros), [name, where, 'tensors and numbers'])
          })
          return {
            left: [seen, said(() => named(name, none as never), ['function'])],
            right: [noMeasurements.map(() => []), []],
          }
        }),
    ),
    namesLaw((name, f) => chain(named(name, largest), f)),
    ...(remembering === undefined
      ? []
      : [
          law(exactly)(
            {
              name: 'a memory of its own',
              equation:
                'a measure that returns [value, memory] is handed its memory at each step, and its value is kept; anything but a pair ⇒ it throws a TypeError, and says the name and the function',
              reason:
                'a smoothed norm, a running maximum, a count of the steps since the last record: whatever one writes',
              bug: 'the memory of the first step at every step',
            },
            [
              names,
              trainings({ missing: false, maxSteps: 5 }),
              fc.constantFrom<readonly [wrong: unknown, says: string]>(
                ...[undefined, null, 3, [], [1], [1, 2, 3], Promise.resolve([1, 2]), 'ab'].map(
                  (one) => [one, '[measurement, memory]'] as const,
                ),
                [['large', {}], 'tensors and numbers'],
                [[Promise.resolve(1), {}], 'tensors and numbers'],
              ),
              fc.constantFrom('init' as const, 'update' as const),
            ],
            (name, training, [wrong, says], where) => {
              const sums: AnyMeasure = {
                kind: 'measure',
                options: {},
                init: () => [0, { steps: 0 }],
                update: (updates, { steps }: { readonly steps: number }) => [
                  [steps + 1, tf.clone(largest(updates))],
                  { steps: steps + 1 },
                ],
              }
              const spoilt = { ...sums, [where]: () => wrong }
              const said = tidily(() => {
                const zeros = { w: tf.zeros([2]) }
                const tried = () => {
                  const tx = remembering(name, spoilt)
                  return tx.update(zeros, tx.init(zeros), zeros)
                }
                return unsaid(tried, [name, where, says])
              })
              const moments = updatesOf(remembering(name, sums), training)
              return {
                left: [
                  moments.map(
                    ({ state }) => (state as Record<string, Record<string, unknown>>)['measurements']?.[name],
                  ),
                  said,
                ],
                right: [
                  training.grads.map((g, t) => [
                    t + 1,
                    { shape: [], values: [valuesOf(g).reduce((most, x) => Math.max(most, Math.abs(x)), 0)] },
                  ]),
                  [],
                ],
              }
            },
          ),
        ]),
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

const names = fc.constantFrom('norm', 'gradNorm', 'a b', '$x', 'measurements')

/** Whatever may be measured. */
const measures: readonly ((updates: Tree) => Measured)[] = [
  (updates) => largest(updates),
  (updates) => updates,
  (updates) => tensorsOf(updates).length,
  () => null,
  (updates) => [largest(updates), 1, null, { of: [Number.NaN] }],
  (updates) => ({ deep: { all: updates, n: 2 }, none: null, list: [] }),
  (updates) => Object.assign(Object.create(null), { most: largest(updates) }) as Measured, // a record without methods
]

/** What no file can hold. */
const noMeasurements: readonly unknown[] = [
  Promise.resolve(1),
  'large',
  undefined,
  new Date(0),
  new Map(),
  () => 1,
  true,
  Symbol('one'),
]

/** What no measure makes. */
const init = (): readonly [number, object] => [0, {}]

const valueAt = (state: unknown, name: string): unknown =>
  typeof state === 'object' && state !== null ? Object.getOwnPropertyDescriptor(state, name)?.value : undefined

/** Where something is undefined, which no file can hold. */
const undefinedIn = (value: unknown, path = ''): readonly string[] =>
  value === undefined
    ? [path]
    : typeof value !== 'object' || value === null || isLeaf(value)
      ? []
      : Object.entries(value).flatMap(([key, child]) => undefinedIn(child, `${path}/${key}`))

interface Watched {
  readonly measurements: { readonly now: TreeSpec; readonly smooth: TreeSpec }
}

/** The largest element of all. */
const largest = (updates: Tree): tf.Tensor =>
  tensorsOf(updates).reduce<tf.Tensor>(
    (most, x) => (x.size === 0 ? most : tf.maximum(most, tf.max(tf.abs(x)))),
    tf.scalar(0),
  )

const known = knownOnly<Partial<MeasureSubject>>('measureLaws', {
  watch: true,
  named: true,
  kept: true,
  remembering: true,
})
