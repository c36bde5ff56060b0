import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { applyIfFinite } from '../src/combinators/applyIfFinite.js'
import { chain } from '../src/combinators/chain.js'
import { snapshot } from '../src/combinators/snapshot.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { trace } from '../src/transforms/trace.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { everyShape } from './arbitraries/trees.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { hasNumbers, pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { isNumbers, mapNumbers, numbersIn, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { trajectory } from './trajectory.js'
import { zipped } from './zipped.js'

/** What rejects steps that are not finite, up to so many in a row; by default `applyIfFinite`. */
export interface ApplyIfFiniteSubject {
  readonly guard: (maxConsecutiveErrors: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** What it guards: those without counts, where a rejected step is counted inside.
   *
   *  @defaultValue any */
  readonly guarded: fc.Arbitrary<Transformation<Opaque>>
  /** Where its counts are: numbers, or tensors that nobody waits for.
   *
   *  @defaultValue `'host'`, where `guard` is left out, too; else nothing is asked */
  readonly told: 'host' | 'device' | undefined
  /** Whether it rejects what the guarded one makes, too: updates and a state that are not finite.
   *
   *  @defaultValue false */
  readonly judgesState: boolean
}

const whole = trainings({ missing: false, nulls: false })

const spoilt = (by: number): ((spec: TreeSpec) => TreeSpec) =>
  mapNumbers(({ shape, values }) => ({ shape, values: values.map((x, i) => (i === 0 ? by : x)) }))

/** The laws of rejection. Example  `await checkLaws(applyIfFiniteLaws())` */
export const applyIfFiniteLaws = (given: Partial<ApplyIfFiniteSubject> = {}): Suite => {
  const {
    guard,
    guarded = exactTransformations,
    told = guard === undefined ? 'host' : undefined,
    judgesState = false,
  } = known(given)
  return lawsOf({ guard: guard ?? usual, guarded, told, judgesState })
}

const usual: ApplyIfFiniteSubject['guard'] = (maxConsecutiveErrors) => (tx) =>
  hide(applyIfFinite({ maxConsecutiveErrors })(tx))

const lawsOf = ({ guard, guarded, told, judgesState }: ApplyIfFiniteSubject): Suite => ({
  name: 'applyIfFinite',
  laws: [
    law(exactly)(
      {
        name: 'finite',
        equation: 'all g finite ⇒ applyIfFinite(f) ≅ f',
        reason: 'a guard is not seen until it is needed',
        bug: 'the largest of no elements, −∞, or a leaf without a gradient, taken for an overflow: nothing was ever trained',
      },
      [guarded, trainings({ shapes: everyShape })],
      (f, training) => ({ left: pathOf(guard(3)(f), training), right: pathOf(f, training) }),
    ),
    law(exactly)(
      {
        name: 'rejected',
        equation: 'steps that are rejected may as well not have been',
        reason: 'one overflow must cost one batch: no slot, no count, no parameter may remember it',
        bug: '0·NaN: a rejected update was multiplied by zero; counts inside went on, and the bias correction with them',
      },
      [guarded, whole, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)],
      (f, { params, grads }, bad) => {
        fc.pre(hasNumbers(params))
        const path = pathOf(f, { params, grads })
        return {
          left: pathOf(guard(3)(f), { params, grads: grads.flatMap((g) => [spoilt(bad)(g), g]) }),
          right: [path[0], ...path.slice(1).flatMap((after, t) => [path[t], after])],
        }
      },
    ),
    law(exactly)(
      {
        name: 'one bad number',
        equation: 'gᵢⱼ not finite for one leaf i and one element j ⇒ the whole step is rejected',
        reason: 'overflow begins in one place',
        bug: 'only the first leaf, or the sum of all, was looked at: +∞ and −∞ in one tree, or the last layer, passed',
        presumes: ['rejected'],
      },
      [guarded, whole, fc.nat(), bads],
      (f, { params, grads }, place, bad) => {
        const all = numbersIn(params).reduce((sum, { values }) => sum + values.length, 0)
        fc.pre(all > 0)
        const path = pathOf(f, { params, grads })
        return {
          left: pathOf(guard(3)(f), { params, grads: grads.flatMap((g) => [spoiltAt(place % all, bad)(g), g]) }),
          right: [path[0], ...path.slice(1).flatMap((after, t) => [path[t], after])],
        }
      },
    ),
    law(exactly)(
      {
        name: 'in a row',
        equation: 'n bad steps in a row, again and again, are all rejected; the (n + 1)-th in a row is let through',
        reason: 'a few overflows are usual, a training that is all overflow must be heard of',
        bug: 'a limit off by one;  errors counted in all, where in a row was meant: after n overflows in a week the next was applied',
        presumes: ['rejected'],
      },
      [guarded, whole, fc.integer({ min: 0, max: 3 }), bads],
      (f, { params, grads }, n, bad) => {
        fc.pre(hasNumbers(params))
        const path = pathOf(f, { params, grads })
        const row = (g: TreeSpec, length: number) => Array.from({ length }, () => spoilt(bad)(g))
        const through = pathOf(guard(n)(descent), { params, grads: row(grads[0] ?? null, n + 1) })
        // what is let through has gone its way: where it is finite it is a step like any other
        const unguarded = pathOf(descent, { params, grads: row(grads[0] ?? null, 1) })
        return {
          left: [
            pathOf(guard(n)(f), { params, grads: grads.flatMap((g) => [...row(g, n), g]) }),
            through.map(isFinite),
            through.at(-1),
          ],
          right: [
            [path[0], ...path.slice(1).flatMap((after, t) => [...Array.from({ length: n }, () => path[t]), after])],
            through.map((_, t) => t <= n),
            unguarded.at(-1),
          ],
        }
      },
    ),
    law(exactly)(
      {
        name: 'large is finite',
        equation: '|g| ≤ 3.4·10³⁸ ⇒ guard(f) = f',
        reason: 'a guard against ∞ has no other bound',
        bug: 'the sum of all gradients, or of their squares, was asked whether it is finite: it overflows first',
        share: 0.5,
        presumes: ['finite'],
      },
      [
        trainings({
          missing: false,
          nulls: false,
          gradients: fc.constantFrom(0, 1, Math.fround(3e38), Math.fround(-3e38), 1e20, 1e-38),
        }),
      ],
      (training) => ({ left: pathOf(guard(3)(descent), training), right: pathOf(descent, training) }),
    ),
    law(exactly)(
      {
        name: 'what is told',
        equation:
          'notFiniteCount, lastFinite, totalNotFinite and accepted, where the state has them, are what was seen: numbers of the host, or of the device',
        reason: 'a loss scale is turned down by them, and a person looks at them first',
        bug: 'a count that went on after a good step;  the steps that were let through, in none of the counts',
        share: 0.5,
      },
      [fc.integer({ min: 0, max: 2 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 9 })],
      (most, fine) => {
        const scalar = (x: number): TreeSpec => ({ shape: [], values: [x] })
        const moments = trajectory(guard(most)(descent), {
          params: scalar(1),
          grads: fine.map((good) => scalar(good ? 1 : Number.NaN)),
        })
        let [row, all] = [0, 0]
        const seen = [
          { notFiniteCount: 0, lastFinite: 1, totalNotFinite: 0, accepted: 1 },
          ...fine.map((good) => {
            const accepted = good || row === most
            row = accepted ? 0 : row + 1
            if (!good) all++
            return { notFiniteCount: row, lastFinite: Number(good), totalNotFinite: all, accepted: Number(accepted) }
          }),
        ]
        const kept = ([key]: readonly [string, number]): boolean => countIn(moments[0]?.state, key) !== undefined
        const places = moments.map(({ state }) => placeOf(state))
        return {
          left: [
            zipped(moments, seen, ({ state }, counts) =>
              Object.entries(counts)
                .filter(kept)
                .map(([key]) => [key, countIn(state, key)]),
            ),
            places,
          ],
          right: [
            seen.map((counts) => Object.entries(counts).filter(kept)),
            told === undefined ? places : places.map(() => told),
          ],
        }
      },
    ),
    ...(judgesState
      ? [
          law(exactly)(
            {
              name: 'what it makes of them',
              equation:
                'finite g of which f makes an update, or a state, that is not finite ⇒ the step is rejected; the next is as if it had not been',
              reason: 'a gradient of 1e20 passes, and its square stays in a second moment for ever',
              bug: 'only the updates were looked at: an infinite moment divided every later step to nothing',
              presumes: ['rejected'],
            },
            [fc.constantFrom(...overflowing), fc.nat(), whole],
            ([f, large], place, { params, grads }) => {
              const all = numbersIn(params).reduce((sum, { values }) => sum + values.length, 0)
              fc.pre(all > 0)
              const path = pathOf(f, { params, grads })
              return {
                left: pathOf(guard(3)(f), {
                  params,
                  grads: grads.flatMap((g) => [spoiltAt(place % all, large)(g), g]),
                }),
                right: [path[0], ...path.slice(1).flatMap((after, t) => [path[t], after])],
              }
            },
          ),
        ]
      : []),
    anewLaw((f, n) => guard(n)(f), rough),
    handedInLaw((f, n) => guard(n)(f), rough),
  ],
})

/** What makes something infinite of a number that is not. */
const overflowing: readonly (readonly [Transformation<Opaque>, large: number])[] = [
  [hide(chain(scale({ stepSize: 2 ** 20 }), scale({ stepSize: 2 ** -20 }))), 1e38],
  // a state alone: the update is what came
  [hide(chain(trace({ decay: 0.5 }), scale({ stepSize: 2 ** 20 }))), -1e38],
  [
    hide(
      snapshot({
        measureName: 'square',
        measure: (g) => tf.addN([tf.scalar(0), ...tensorsOf(g).map((x) => tf.sum(tf.square(x)))]),
      }),
    ),
    1e30,
  ],
]

/** Where the counts of a state are. */
const placeOf = (state: unknown): 'host' | 'device' | 'nowhere' => {
  const value: unknown =
    typeof state === 'object' && state !== null
      ? Object.getOwnPropertyDescriptor(state, 'notFiniteCount')?.value
      : undefined
  return typeof value === 'number' ? 'host' : isNumbers(value) ? 'device' : 'nowhere'
}

/** A number in a state, kept on the host or on the device, where there is one of that name. */
const countIn = (state: unknown, key: string): number | undefined => {
  const value: unknown =
    typeof state === 'object' && state !== null ? Object.getOwnPropertyDescriptor(state, key)?.value : undefined
  return typeof value === 'number' ? value : isNumbers(value) ? value.values[0] : undefined
}

const isFinite = (spec: TreeSpec): boolean =>
  numbersIn(spec).every(({ values }) => values.every((x) => Number.isFinite(x)))

const descent = hide(scale({ stepSize: -0.5 }))

const bads = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)

/** Trainings of which every other step is not finite. */
const rough = trainings({ missing: false, nulls: false, minSteps: 2, maxSteps: 3 }).map(({ params, grads }) => ({
  params,
  grads: grads.flatMap((g) => [spoilt(Number.NaN)(g), spoilt(Number.NEGATIVE_INFINITY)(g), g]),
}))

/** Another number in the place of one element of the whole tree. */
const spoiltAt = (place: number, by: number): ((spec: TreeSpec) => TreeSpec) => {
  let next = 0
  return mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => (next++ === place ? by : x)) }))
}

const known = knownOnly<Partial<ApplyIfFiniteSubject>>('applyIfFiniteLaws', {
  guard: true,
  guarded: true,
  told: true,
  judgesState: true,
})
