import { heard } from './heard.js'
import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { flush } from '../src/combinators/flush.js'
import { multiSteps } from '../src/combinators/multiSteps.js'
import { skipLargeUpdates, skipNotFinite } from '../src/combinators/skipUpdates.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { type Training, trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { meanOf } from './combining/meanOf.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, numbersIn, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { trajectory } from './trajectory.js'
import { type Standing, started, walked } from './walked.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

/** Accumulation over k micro-batches that leaves out those that are not finite; by default `multiSteps` with
 *  `skipNotFinite`. */
export interface SkippingSubject {
  readonly accumulate: (k: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** The same that leaves out those whose squared norm is as large as that, or larger.
   *
   *  @defaultValue `multiSteps` with `skipLargeUpdates`, where `accumulate` is left out, too; else nothing is asked */
  readonly limited?: (k: number, maxSquaredNorm: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** The same that leaves out those of which a function says so: of the micro-batch, the windows before, the parameters.
   *
   *  @defaultValue `multiSteps` with that function, where `accumulate` is left out, too; else nothing is asked */
  readonly chosen?: (k: number, leaveOut: LeaveOut) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** Lets what was gathered in an incomplete window go on.
   *
   *  @defaultValue `flush`, where `accumulate` is left out, too; else nothing is asked */
  readonly flushed?: (tx: Transformation<Opaque>) => (state: unknown, params: Tree) => Standing
}

/** Whether a micro-batch is left out. */
export type LeaveOut = (updates: Tree, windows: number, params: Tree) => boolean

/** The laws of micro-batches that are left out.
 *
 *  @example await checkLaws(skippingLaws()) */
export const skippingLaws = (subject: Partial<SkippingSubject> = {}): Suite => {
  const given = known(subject)
  const { accumulate, limited, chosen, flushed } =
    'accumulate' in given
      ? { ...usual, limited: undefined, chosen: undefined, flushed: undefined, ...given }
      : { ...usual, ...given }
  return {
    name: 'skipped micro-batches',
    laws: [
      law(exactly)(
        {
          name: 'as if they had not been',
          equation: 'bad micro-batches anywhere among the good: the params after each good one are as without the bad',
          reason: 'one overflow costs its own micro-batch: neither the window nor the mean may count it',
          bug: 'a skipped micro-batch that still counted: the mean of k − 1 was divided by k; NaN that stayed in the sum',
        },
        [exactTransformations, fc.integer({ min: 1, max: 4 }), rough],
        (f, k, { params, grads, bad }) => {
          fc.pre(numbersIn(params).some(({ values }) => values.length > 0))
          const path = pathOf(accumulate(k)(f), { params, grads: zipped(grads, bad, (g, some) => [...some, g]).flat() })
          const ends = grads.map((_, t) => bad.slice(0, t + 1).reduce((sum, some) => sum + some.length, t + 1))
          return {
            left: [path[0], ...ends.map((end) => path[end])],
            right: pathOf(accumulate(k)(f), { params, grads }),
          }
        },
      ),
      law(exactly)(
        {
          name: 'nothing to leave out',
          equation: 'k times g, all finite, now and then 2¹⁰⁰ times as large = once g under f;  params rest in between',
          reason: 'a guard is not seen until it is needed',
          bug: 'a condition the wrong way round: all that was good was left out, and nothing was ever trained;  a sum of squares beyond float32, taken for ∞ among the gradients',
        },
        [
          exactTransformations,
          fc.integer({ min: 1, max: 4 }),
          trainings({ missing: false, maxSteps: 3 }),
          fc.nat({ max: 5 }),
        ],
        (f, k, { params, grads: drawn }, large) => {
          const grads = drawn.map((g, t) => (t === large ? enlarged(g) : g))
          const each = pathOf(f, { params, grads })
          return {
            left: pathOf(accumulate(k)(f), { params, grads: grads.flatMap((g) => Array.from({ length: k }, () => g)) }),
            right: [...grads.flatMap((_, t) => Array.from({ length: k }, () => each[t])), each.at(-1)],
          }
        },
      ),
      law(exactly)(
        {
          name: 'what is told',
          equation:
            'miniStep, gradientStep and skipped, where the state has them: good ones in this window, windows, bad ones',
          reason: 'who sees that half of the batches are left out turns down the scale of the loss',
          bug: 'a count that began at the first step that was skipped; one that a whole window set back',
        },
        [fc.integer({ min: 1, max: 3 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 9 })],
        (k, fine) => {
          const one = (x: number): TreeSpec => ({ shape: [], values: [x] })
          const states = trajectory(accumulate(k)(hide(scale({ stepSize: -0.5 }))), {
            params: one(1),
            grads: fine.map((good) => one(good ? 1 : Number.NaN)),
          }).map(({ state }) => state)
          const seen = [0, ...fine.map((_, t) => t + 1)].map((t) => {
            const good = fine.slice(0, t).filter(Boolean).length
            return { miniStep: good % k, gradientStep: Math.floor(good / k), skipped: t - good }
          })
          const names = (['miniStep', 'gradientStep', 'skipped'] as const).filter(
            (name) => countIn(states[0], name) !== undefined,
          )
          return {
            left: states.map((state) => names.map((name) => countIn(state, name))),
            right: seen.map((counts) => names.map((name) => counts[name])),
          }
        },
      ),
      ...(limited === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'too large',
                equation:
                  'micro-batches with ‖g‖² ≥ most among others: the params are as without them; the others all count',
                reason: 'one batch of outliers must not make the step of its window',
                bug: 'a limit on the norm of each leaf; what was too large, let through at the limit itself',
              },
              [
                exactTransformations,
                fc.integer({ min: 1, max: 3 }),
                fc.constantFrom(1, 16, 256, 65536),
                fc.nat({ max: 5 }),
                trainings({
                  missing: false,
                  nulls: false,
                  minSteps: 2,
                  maxSteps: 6,
                  gradients: fc.integer({ min: -16, max: 16 }),
                }),
              ],
              (f, k, most, edge, { params, grads }) => {
                fc.pre(numbersIn(params).some(({ values }) => values.length > 0))
                // one may be as large as the limit, to the last bit
                const all = grads.map((g, t) => (t === edge ? spoilt(0, Math.sqrt(most))(noughts(g)) : g))
                return {
                  left: pathOf(limited(k, most)(f), { params, grads: all }).at(-1),
                  right: pathOf(accumulate(k)(f), { params, grads: all.filter((g) => squared(g) < most) }).at(-1),
                }
              },
            ),
          ]),
      ...(chosen === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'who is asked',
                equation:
                  'a function that says which are left out is asked of each micro-batch, with the windows and the parameters before it; its tensors are gone',
                reason: 'what is too large is another number after a thousand windows, and for other parameters',
                bug: 'asked with the count of micro-batches;  asked with what had gathered so far;  a norm of each micro-batch left in memory',
                presumes: ['as if they had not been'],
              },
              [
                exactTransformations,
                fc.integer({ min: 1, max: 3 }),
                fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
                trainings({ missing: false, nulls: false, minSteps: 2, maxSteps: 6 }),
              ],
              (f, k, out, { params, grads }) => {
                const seen: unknown[] = []
                const asked = chosen(k, (updates, windows, at) => {
                  const skips = out[seen.length] === true
                  tf.zeros([7]) // what it makes on its way
                  seen.push(numbersFrom([updates, windows, at]))
                  return skips
                })
                const left = tidily(() => {
                  const start = started(asked(f), params)
                  const before = tf.memory().numTensors
                  const end = walked(asked(f), start, grads)
                  const more = tf.memory().numTensors - before - newIn(end, start)
                  return { end: numbersFrom(end.params), more }
                })
                const kept = grads.filter((_, t) => out[t] !== true)
                const path = pathOf(accumulate(k)(f), { params, grads: kept })
                const good = grads.map((_, t) => out.slice(0, t).filter((skips) => !skips).length)
                return {
                  left: [left, seen],
                  right: [
                    { end: path.at(-1), more: 0 },
                    zipped(grads, good, (g, n) => [g, Math.floor(n / k), path[n]]),
                  ],
                }
              },
            ),
            law(exactly)(
              {
                name: 'what cannot be asked',
                equation:
                  'no function, or one that gives no boolean ⇒ it throws a TypeError, and says which option is meant',
                reason: 'what is no answer must not be taken for yes or no',
                bug: 'a function that gave nothing at all: every micro-batch was taken, whatever was in it',
                share: 0.25,
              },
              [fc.constantFrom<unknown>(undefined, null, 0, 1, 'yes')],
              (answer) => {
                const said = (attempt: () => unknown): string => {
                  const text = heard(attempt) ?? 'no error'
                  return /skip|leaveOut/i.test(text) && !/^\w*: Cannot/.test(text) ? 'it says which' : text
                }
                const spec: TreeSpec = { shape: [2], values: [1, 2] }
                return {
                  left: [
                    // what they must refuse
                    noQuestions.map((wrong) => said(() => chosen(2, wrong as never)(hide(scale({ stepSize: 1 }))))),
                    said(() =>
                      pathOf(chosen(2, () => answer as never)(hide(scale({ stepSize: 1 }))), {
                        params: spec,
                        grads: [spec],
                      }),
                    ),
                  ],
                  right: [noQuestions.map(() => 'it says which'), 'it says which'],
                }
              },
            ),
          ]),
      ...(flushed === undefined
        ? []
        : [
            law(within(1e-5))(
              {
                name: 'left over',
                equation: 'flush after r good ones and some bad = f on the mean of those r; nobody is asked about it',
                reason: 'at the end of an epoch there is no micro-batch that could be left out',
                bug: 'the flush itself was judged: no gradient has no norm, and what had gathered was lost',
                presumes: ['as if they had not been'],
              },
              [fc.integer({ min: 2, max: 4 }), fc.nat({ max: 2 }), rough],
              (k, way, { params, grads, bad }) => {
                fc.pre(numbersIn(params).some(({ values }) => values.length > 0))
                const f = hide(scale({ stepSize: -0.5 }))
                const asked: boolean[] = []
                const judged: LeaveOut = (updates) => {
                  const out = spoiltIn(numbersFrom(updates) as TreeSpec) // a tree of tensors
                  asked.push(out)
                  return out
                }
                const ways = [
                  accumulate(k),
                  ...(limited === undefined ? [] : [limited(k, 1e12)]),
                  ...(chosen === undefined ? [] : [chosen(k, judged)]),
                ]
                const some = grads.slice(0, k - 1)
                const all = some.flatMap((g, t) => [...nth(bad, t), g])
                const tx = nth(ways, way % ways.length)(f)
                const left = tidily(() => {
                  const { params: at, state } = walked(tx, started(tx, params), all)
                  return numbersFrom(flushed(tx)(state, at).params)
                })
                return {
                  left: [left, asked.length <= all.length],
                  right: [pathOf(f, { params, grads: [meanOf(params, some)] }).at(-1), true],
                }
              },
            ),
          ]),
      anewLaw((f, k) => accumulate(k)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
      handedInLaw((f, k) => accumulate(k)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
    ],
  }
}

const countIn = (state: unknown, name: string): unknown =>
  typeof state === 'object' && state !== null ? Object.getOwnPropertyDescriptor(state, name)?.value : undefined

const usual: Required<SkippingSubject> = {
  accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: skipNotFinite })(tx)),
  limited: (k, maxSquaredNorm) => (tx) =>
    hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm }) })(tx)),
  chosen: (k, leaveOut) => (tx) => hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: leaveOut })(tx)),
  flushed: (tx) => (state, params) => flush(tx)(state, params),
}

/** What nobody can ask, or not in this way. */
const noQuestions: readonly unknown[] = [
  null,
  3,
  true,
  'large',
  {},
  [],
  { skips: () => true },
  { measure: scale({ stepSize: 1 }) },
  { measure: scale({ stepSize: 1 }), skips: 3 },
]

const spoiltIn = (spec: TreeSpec): boolean =>
  numbersIn(spec).some(({ values }) => values.some((x) => !Number.isFinite(x)))

/** Tensors of the one that the other has not. */
const newIn = (one: Standing, other: Standing): number => {
  const before = new Set(tensorsOf(other))
  return tensorsOf(one).filter((tensor) => !before.has(tensor)).length
}

/** Finite, though its squares are not. */
const enlarged = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => x * 2 ** 100) }))

const noughts = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))

const squared = (spec: TreeSpec): number =>
  numbersIn(spec)
    .flatMap(({ values }) => values)
    .reduce((sum, x) => sum + x * x, 0)

interface Rough extends Training {
  /** What comes before each gradient, and is not finite. */
  readonly bad: readonly (readonly TreeSpec[])[]
}

const rough: fc.Arbitrary<Rough> = trainings({ missing: false, nulls: false, minSteps: 2, maxSteps: 5 }).chain(
  (training) =>
    fc
      .array(
        fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY), fc.nat()),
        {
          minLength: training.grads.length,
          maxLength: training.grads.length,
        },
      )
      .map((draws) => ({
        ...training,
        bad: draws.map(([count, by, place], t) =>
          Array.from({ length: count }, () => spoilt(place, by)(nth(training.grads, t))),
        ),
      })),
)

const spoilt =
  (place: number, by: number) =>
  (spec: TreeSpec): TreeSpec => {
    const all = numbersIn(spec).reduce((sum, { values }) => sum + values.length, 0)
    let next = 0
    return mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => (next++ === place % all ? by : x)) }))(
      spec,
    )
  }

const known = knownOnly<Partial<SkippingSubject>>('skippingLaws', {
  accumulate: true,
  limited: true,
  chosen: true,
  flushed: true,
})
