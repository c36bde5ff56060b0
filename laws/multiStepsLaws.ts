import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { byPath } from '../src/combinators/byPath.js'
import { chain } from '../src/combinators/chain.js'
import { flush } from '../src/combinators/flush.js'
import { masked } from '../src/combinators/masked.js'
import { hasUpdated, multiSteps } from '../src/combinators/multiSteps.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { scaleBySchedule } from '../src/transforms/scaleBySchedule.js'
import { trace } from '../src/transforms/trace.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { dyadic } from './arbitraries/numbers.js'
import { type Training, trainings } from './arbitraries/training.js'
import { exactEquations, exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { meanOf } from './combining/meanOf.js'
import { pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { isNumbers, numbersFrom, numbersIn, tidily, type TreeSpec, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'
import { trajectory } from './trajectory.js'
import { type Standing, started, walked } from './walked.js'

/** How the mean of k gradients makes one step; by default `multiSteps`. */
export interface MultiStepsSubject {
  readonly accumulate: (k: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** The same on the sum of the gradients.
   *
   *  @defaultValue `multiSteps` without `useGradMean`, where `accumulate` is left out, too; else nothing is asked */
  readonly total?: MultiStepsSubject['accumulate']
  /** With another k in each window: from the number of windows before.
   *
   *  @defaultValue `multiSteps`, where `accumulate` is left out, too; else nothing is asked */
  readonly scheduled?: (k: (windows: number) => number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** Lets what was gathered in an incomplete window go on.
   *
   *  @defaultValue `flush`, where `accumulate` is left out, too; else nothing is asked */
  readonly flushed?: (tx: Transformation<Opaque>) => (state: unknown, params: Tree, extra?: object) => Standing
  /** Whether the step that led to a state was the last one of its window.
   *
   *  @defaultValue `hasUpdated`, where `accumulate` is left out, too; else nothing is asked */
  readonly updated?: (state: unknown) => boolean
}

const counts = fc.integer({ min: 2, max: 4 })
const any = trainings()
const signs = fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)

/** The laws of accumulation. Example  `await checkLaws(multiStepsLaws())` */
export const multiStepsLaws = (subject: Partial<MultiStepsSubject> = {}): Suite => {
  const given = known(subject)
  const { accumulate, total, scheduled, flushed, updated } =
    'accumulate' in given ? { accumulate: ours, ...given } : { ...usual, ...given }
  return {
    name: 'multiSteps',
    laws: [
      law(exactly)(
        {
          name: 'one',
          equation: 'multiSteps(1)(f) ≅ f',
          reason: 'nothing is accumulated',
        },
        [exactTransformations, any],
        (f, training) => ({ left: pathOf(accumulate(1)(f), training), right: pathOf(f, training) }),
      ),
      law(exactly)(
        {
          name: 'one, to the last bit',
          equation: 'multiSteps(1)(f) = f on −0, ∞ and NaN, too: the updates are the same',
          reason: 'what gathers nothing computes nothing',
          bug: '0 + (g − 0)/1 for g: no −0 came through',
          share: 0.5,
          presumes: ['one'],
        },
        [exactTransformations, trainings({ missing: false, gradients: fc.oneof(dyadic, signs) })],
        (f, training) => ({ left: updatesIn(accumulate(1)(f), training), right: updatesIn(f, training) }),
      ),
      law(exactly)(
        {
          name: 'equal gradients',
          equation: 'k times g under multiSteps(k)(f) = once g under f;  params rest in between',
          reason: 'a batch in k pieces is a batch',
          bug: 'a sum where the mean was meant: the learning rate grew with k;  a division by k − 1',
          presumes: ['one'],
        },
        [exactTransformations, counts, any],
        (f, k, { params, grads }) => {
          const each = pathOf(f, { params, grads })
          const spread = grads.flatMap((g) => Array.from({ length: k }, () => g))
          return {
            left: pathOf(accumulate(k)(f), { params, grads: spread }),
            right: [...grads.flatMap((_, t) => Array.from({ length: k }, () => each[t])), each.at(-1)],
          }
        },
      ),
      law(within(1e-5))(
        {
          name: 'missing gradients',
          equation: 'g₁ … gₖ under multiSteps(k)(f) = their mean under f, where a missing gradient counts as 0',
          reason: 'an expert that only some micro-batches reach still learns from those',
          bug: 'what a leaf had gathered was lost where the last micro-batch had no gradient for it',
        },
        [exactTransformations, counts.chain((k) => trainings({ minSteps: k, maxSteps: k }))],
        (f, { params, grads }) => ({
          left: pathOf(accumulate(grads.length)(f), { params, grads }).at(-1),
          right: pathOf(f, { params, grads: [meanOf(params, grads)] }).at(-1),
        }),
      ),
      law(within(1e-5))(
        {
          name: 'distinct gradients',
          equation: 'g₁ … g_{n·k+r} under multiSteps(k)(f): after each k-th, f on the mean of the last k; else at rest',
          reason: 'every window begins with nothing, every gradient counts once, and what is left over waits',
          bug: 'a sum that was never reset, so that from the second window on all earlier gradients counted again;  the last micro-batch alone',
          presumes: ['one'],
        },
        [
          exactTransformations,
          fc
            .integer({ min: 1, max: 5 })
            .chain((k) => fc.tuple(fc.constant(k), trainings({ minSteps: 2 * k, maxSteps: 3 * k + 1 }))),
        ],
        (f, [k, { params, grads }]) => {
          const windows = Array.from({ length: Math.floor(grads.length / k) }, (_, i) =>
            grads.slice(k * i, k * (i + 1)),
          )
          const each = pathOf(f, { params, grads: windows.map((window) => meanOf(params, window)) })
          return {
            left: pathOf(accumulate(k)(f), { params, grads }),
            right: [params, ...grads.map((_, t) => each[Math.floor((t + 1) / k)])],
          }
        },
      ),
      law(exactly)(
        {
          name: 'nothing is kept of a window',
          equation:
            'after each k-th micro-batch the tensors of the state of multiSteps(k)(scale) are those of init; of sums and after a flush, too',
          reason: 'what has been used up must not be there: not for the next window, and not in a file',
          bug: 'an accumulator that kept its last sum, and was multiplied by 0 at the next use: a NaN in it stayed for ever',
          presumes: ['one'],
        },
        [
          counts.chain((k) => fc.tuple(fc.constant(k), trainings({ minSteps: k, maxSteps: 3 * k }))),
          fc.constantFrom(0.5, -1),
        ],
        ([k, training], stepSize) => {
          const all = [accumulate, ...(total === undefined ? [] : [total])].map((way) => {
            const tx = way(k)(hide(scale({ stepSize })))
            const [start, ...states] = trajectory(tx, training).map(({ state }) => tensorsIn(state))
            const ends = states.filter((_, t) => (t + 1) % k === 0)
            const gone =
              flushed === undefined
                ? []
                : tidily(() => {
                    const { params, state } = walked(tx, started(tx, training.params), training.grads)
                    return [tensorsIn(numbersFrom(flushed(tx)(state, params).state))]
                  })
            return { left: [...ends, ...gone], right: [...ends, ...gone].map(() => start) }
          })
          return { left: all.map(({ left }) => left), right: all.map(({ right }) => right) }
        },
      ),
      ...(total === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'sum',
                equation: 'the same with the sum of the gradients for their mean',
                reason: 'losses that are sums over samples add up',
                bug: 'a flag that was read for the last micro-batch, and not for those before',
                presumes: ['one'],
              },
              [
                exactTransformations,
                counts.chain((k) =>
                  fc.tuple(fc.constant(k), trainings({ missing: false, minSteps: k, maxSteps: 2 * k + 1 })),
                ),
              ],
              (f, [k, { params, grads }]) => {
                const sums = Array.from({ length: Math.floor(grads.length / k) }, (_, i) =>
                  grads.slice(k * i, k * (i + 1)).reduce((sum, g) => zipNumbers((a, b) => a + b)(sum, g)),
                )
                const each = pathOf(f, { params, grads: sums })
                return {
                  left: pathOf(total(k)(f), { params, grads }),
                  right: [params, ...grads.map((_, t) => each[Math.floor((t + 1) / k)])],
                }
              },
            ),
          ]),
      ...(scheduled === undefined
        ? []
        : [
            law(within(1e-5))(
              {
                name: 'windows of their own',
                equation: 'k(0), k(1), … micro-batches: after each window f on its mean; in between at rest',
                reason: 'batches grow in the course of a training',
                bug: 'k asked with the count of micro-batches; a window whose k changed while it was open',
                presumes: ['one'],
              },
              [
                fc.constantFrom(hide(trace({ decay: 0.5 })), hide(scale({ stepSize: -0.5 }))),
                fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
                trainings({ missing: false, minSteps: 2, maxSteps: 8 }),
              ],
              (f, sizes, { params, grads }) => {
                const k = (windows: number): number => sizes[windows % sizes.length] ?? 1
                const windows: TreeSpec[] = []
                const at = [0]
                for (let from = 0; from < grads.length;) {
                  const gathered = grads.slice(from, from + k(windows.length))
                  const closed = gathered.length === k(windows.length)
                  at.push(...gathered.map((_, i) => windows.length + Number(closed && i === gathered.length - 1)))
                  from += gathered.length
                  if (closed) windows.push(meanOf(params, gathered))
                }
                const each = pathOf(f, { params, grads: windows })
                return { left: pathOf(scheduled(k)(f), { params, grads }), right: at.map((i) => each[i]) }
              },
            ),
          ]),
      ...(flushed === undefined
        ? []
        : [
            law(within(1e-5))(
              {
                name: 'left over, one in another',
                equation:
                  'flush of multiSteps(j)(multiSteps(k)(f)): the inner window takes what the outer one had gathered, and f runs on its mean',
                reason: 'devices gather, and the trainer gathers again',
                bug: 'only the outer accumulator was emptied: what the inner one held was lost at the end of the epoch',
                presumes: ['left over'],
              },
              [
                fc.tuple(fc.integer({ min: 1, max: 2 }), counts),
                trainings({ missing: false, minSteps: 1, maxSteps: 5, nulls: false }),
              ],
              ([j, k], { params, grads }) => {
                const f = hide(scale({ stepSize: -0.5 }))
                const tx = accumulate(j)(accumulate(k)(f))
                const parts = (size: number, of: readonly TreeSpec[]): readonly TreeSpec[] =>
                  Array.from({ length: Math.ceil(of.length / size) }, (_, i) =>
                    meanOf(params, of.slice(size * i, size * (i + 1))),
                  )
                const left = tidily(() => {
                  const { params: end, state } = walked(tx, started(tx, params), grads)
                  const once = flushed(tx)(state, end)
                  return [numbersFrom(once.params), numbersFrom(flushed(tx)(once.state, once.params).params)]
                })
                const right = pathOf(f, { params, grads: parts(k, parts(j, grads)) }).at(-1)
                return { left, right: [right, right] }
              },
            ),
            law(within(1e-5))(
              {
                name: 'left over',
                equation:
                  'flush after r of k micro-batches = f on the mean of those r;  with nothing gathered nothing moves;  then all begins anew',
                reason: 'the last batches of an epoch are as good as the others',
                bug: 'a last, smaller window that was divided by k;  what was flushed, counted again in the next window',
                presumes: ['one'],
              },
              [
                fc.constantFrom(hide(trace({ decay: 0.5 })), hide(scale({ stepSize: -0.5 }))),
                counts.chain((k) =>
                  fc.tuple(
                    fc.constant(k),
                    fc.integer({ min: 0, max: k - 1 }).chain((r) => trainings({ minSteps: r, maxSteps: r })),
                  ),
                ),
              ],
              (f, [k, { params, grads }]) => {
                const left = flushedPath(accumulate(k)(f), flushed, { params, grads })
                const right =
                  grads.length === 0
                    ? [params, params]
                    : pathOf(f, { params, grads: [meanOf(params, grads), meanOf(params, grads)] }).slice(1)
                return { left, right }
              },
            ),
          ]),
      ...(flushed === undefined
        ? []
        : [
            law(within(1e-5))(
              {
                name: 'left over, beside another',
                equation:
                  'flush of multiSteps(j)(f) for some leaves and multiSteps(k)(f) for the others: each as by itself, and a window in which nothing has gathered rests',
                reason: 'towers of a model gather at their own pace',
                bug: 'the optimizer of the other tower ran, too, without gradients: its count went on, and its rate went down',
                presumes: ['left over'],
              },
              [
                fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
                fc.constantFrom(
                  hide(scaleBySchedule({ stepSizeFn: (count) => 1 / 2 ** count })),
                  hide(trace({ decay: 0.5 })),
                ),
                fc.tuple(...[0, 1].map(() => trainings({ missing: false, nulls: false, minSteps: 4, maxSteps: 4 }))),
                fc.integer({ min: 1, max: 3 }),
              ],
              ([j, k], f, [one, other], at) => {
                const both = [one ?? nothing, other ?? nothing] as const
                const [a, b] = both
                const mask = (key: string) => masked({ mask: byPath((path) => path.split('/')[0] === key) })
                const tx = hide(chain(mask('a')(accumulate(j)(f)), mask('b')(accumulate(k)(f))))
                const left = flushedAt(tx, flushed, at, {
                  params: { a: a.params, b: b.params },
                  grads: a.grads.map((g, t) => ({ a: g, b: b.grads[t] ?? null })),
                })
                const [x, y] = both.map((training, i) => cutAt(f, i === 0 ? j : k, at, training))
                return { left, right: left.map((_, t) => ({ a: x?.[t] ?? null, b: y?.[t] ?? null })) }
              },
            ),
            law(exactly)(
              {
                name: 'what a flush is told',
                equation:
                  'donate beside the parameters of a flush, or two accumulations one behind the other ⇒ it throws, and says donate, or flush',
                reason: 'what nobody reads is no wish that was heard, and what nobody takes is lost',
                bug: '{ donate: true } as the last argument, where the extra goes: nothing was donated, and memory ran out',
                share: 0.25,
              },
              [exactEquations, trainings({ missing: false, minSteps: 1, maxSteps: 1 }), fc.boolean()],
              (f, { params, grads }, donate) =>
                tidily(() => {
                  fc.pre(numbersIn(params).length > 0)
                  const said = (tx: Transformation<Opaque>, word: string, extra?: object): string => {
                    const { params: end, state } = walked(tx, started(tx, params), grads)
                    try {
                      flushed(tx)(state, end, extra)
                      return 'no error'
                    } catch (cause) {
                      const text = cause instanceof Error ? cause.message : String(cause)
                      return text.includes(word) ? `it says ${word}` : text
                    }
                  }
                  const behind = hide(chain(accumulate(2)(f), accumulate(2)(f)))
                  return {
                    left: [said(accumulate(2)(f), 'donate', { donate }), said(behind, 'flush')],
                    right: ['it says donate', 'it says flush'],
                  }
                }),
            ),
          ]),
      ...(updated === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'whether it has moved',
                equation: 'updated(stateₜ) ⇔ t > 0 and k divides t',
                reason:
                  'what is done after each step of the optimizer (an average, a line in a log) is done once for each',
                bug: 'true before the first step; true after each micro-batch but the last',
                presumes: ['one'],
              },
              [exactTransformations, fc.integer({ min: 1, max: 4 }), trainings({ missing: false, maxSteps: 9 })],
              (f, k, { params, grads }) => ({
                left: trajectory(accumulate(k)(f), { params, grads }).map(({ state }) => updated(state)),
                right: [false, ...grads.map((_, t) => (t + 1) % k === 0)],
              }),
            ),
          ]),
      anewLaw((f, k) => accumulate(k)(f)),
      handedInLaw((f, k) => accumulate(k)(f)),
    ],
  }
}

const ours: MultiStepsSubject['accumulate'] = (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx))
const usual: MultiStepsSubject = {
  accumulate: ours,
  total: (k) => (tx) => hide(multiSteps({ everyKSchedule: k, useGradMean: false })(tx)),
  scheduled: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
  flushed:
    (tx) =>
    (state, params, extra = {}) =>
      flush(tx)(state, params, extra),
  updated: (state) => hasUpdated(state as Parameters<typeof hasUpdated>[0]), // of multiSteps
}

/** The parameters after a flush, and after the same micro-batches and a flush once more. */
const flushedPath = (
  tx: Transformation<Opaque>,
  flushed: NonNullable<MultiStepsSubject['flushed']>,
  { params, grads }: Training,
): readonly TreeSpec[] =>
  tidily(() => {
    const path: unknown[] = []
    let now: Standing = started(tx, params)
    for (let round = 0; round < 2; round++) {
      now = walked(tx, now, grads)
      now = flushed(tx)(now.state, now.params)
      path.push(numbersFrom(now.params))
    }
    return path as readonly TreeSpec[] // trees of tensors read back
  })

/** The parameters after some micro-batches and a flush, then at each of the rest. */
const flushedAt = (
  tx: Transformation<Opaque>,
  flushed: NonNullable<MultiStepsSubject['flushed']>,
  at: number,
  { params, grads }: Training,
): readonly TreeSpec[] =>
  tidily(() => {
    const before = walked(tx, started(tx, params), grads.slice(0, at))
    const path: Standing[] = [flushed(tx)(before.state, before.params)]
    for (const g of grads.slice(at)) path.push(walked(tx, path.at(-1) ?? before, [g]))
    return path.map((now) => numbersFrom(now.params) as TreeSpec) // a tree of tensors read back
  })

/** The same in plain windows: one is closed early. */
const cutAt = (f: Transformation<Opaque>, k: number, at: number, { params, grads }: Training): readonly TreeSpec[] => {
  const windows = (of: readonly TreeSpec[], closed: boolean): readonly TreeSpec[] =>
    Array.from({ length: closed ? Math.ceil(of.length / k) : Math.floor(of.length / k) }, (_, i) =>
      meanOf(params, of.slice(k * i, k * (i + 1))),
    )
  const first = windows(grads.slice(0, at), true)
  const rest = grads.slice(at)
  const path = pathOf(f, { params, grads: [...first, ...windows(rest, false)] })
  return [0, ...rest.map((_, t) => t + 1)].map((t) => path[first.length + Math.floor(t / k)] ?? null)
}

const nothing: Training = { params: null, grads: [] }

/** Every tensor of a state, in its order. */
const tensorsIn = (state: unknown): readonly unknown[] =>
  isNumbers(state)
    ? [state]
    : typeof state === 'object' && state !== null
      ? Object.values(state).flatMap((child: unknown) => tensorsIn(child))
      : []

const known = knownOnly<Partial<MultiStepsSubject>>('multiStepsLaws', {
  accumulate: true,
  total: true,
  scheduled: true,
  flushed: true,
  updated: true,
})
