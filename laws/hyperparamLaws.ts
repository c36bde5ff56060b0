import { unsaid } from './heard.js'
import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { chain } from '../src/combinators/chain.js'
import { injectHyperparams } from '../src/combinators/injectHyperparams.js'
import { masked } from '../src/combinators/masked.js'
import { hide } from '../src/combinators/transformations.js'
import { adamw, type AdamwOptions } from '../src/optimizers/adamw.js'
import { sgd, type SgdOptions } from '../src/optimizers/sgd.js'
import { plain } from '../src/transformation/plain.js'
import { type Now, step } from '../src/transformation/step.js'
import type { Opaque, StateLambda, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { scaleByLearningRate } from '../src/transforms/scaleByLearningRate.js'
import { scaleBySchedule } from '../src/transforms/scaleBySchedule.js'
import { trace } from '../src/transforms/trace.js'
import { mapTree } from '../src/tree/mapTree.js'
import type { Tree } from '../src/tree/Tree.js'
import type { Schedule } from '../src/scalars/Schedule.js'
import { exactly } from './Agreement.js'
import { schedules } from './arbitraries/schedules.js'
import { trainings } from './arbitraries/training.js'
import { anewLaw } from './combining/anew.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily } from './Numbers.js'
import type { Suite } from './Suite.js'

/** Gradient descent with a momentum of 0.5 whose rate is kept in its state, at `hyperparams.learningRate`; by default
 *  `injectHyperparams(sgd)`. */
export interface HyperparamSubject {
  readonly inject: (learningRate: number | Schedule) => Transformation<Opaque>
  /** The same of any constructor of one record of options, some of whose numbers stay what they are; the state has the
   *  others at `hyperparams`.
   *
   *  @defaultValue `injectHyperparams`, where `inject` is left out, too; else nothing is asked */
  readonly among:
    | ((
        make: (options: Options) => Transformation<Opaque>,
        options: Options,
        fixed: readonly string[],
      ) => Transformation<Opaque>)
    | undefined
}

/** Options by name. */
type Options = Readonly<Record<string, unknown>>

const rate = fc.constantFrom(0.5, 0.25, 1, 2, 0)
const plainly = (learningRate: number | Schedule): Transformation<Opaque> => hide(sgd({ learningRate, momentum: 0.5 }))

/** The laws of hyperparameters in a state.
 *
 *  @example await checkLaws(hyperparamLaws()) */
export const hyperparamLaws = (given: Partial<HyperparamSubject> = {}): Suite => {
  const { inject, among } = known(given)
  return lawsOf({ inject: inject ?? usual, among: among ?? (inject === undefined ? any : undefined) })
}

const usual: HyperparamSubject['inject'] = (learningRate) =>
  hide(injectHyperparams(sgd)({ learningRate, momentum: 0.5 }))

const any: NonNullable<HyperparamSubject['among']> = (make, options, fixed) =>
  hide(injectHyperparams(make, { staticArgs: fixed })(options as {})) // names that are known when it runs

const lawsOf = ({ inject, among }: HyperparamSubject): Suite => ({
  name: 'hyperparameters in a state',
  laws: [
    law(exactly)(
      {
        name: 'the same steps',
        equation: 'inject(f)(η) ≅ f(η), for a number and for a schedule, bitwise',
        reason: 'to see a rate must not change it',
        bug: 'a schedule that was asked one count late under injection;  a rate rounded to float32 on the way',
      },
      [fc.oneof(rate, schedules), trainings({ maxSteps: 6 })],
      (learningRate, training) => ({
        left: pathOf(inject(learningRate), training),
        right: pathOf(plainly(learningRate), training),
      }),
    ),
    law(exactly)(
      {
        name: 'a number that is written',
        equation: 'a rate written into the state is that of the next step and of all after it; the momentum goes on',
        reason: 'a person, or a scheduler, turns the rate down in the middle of a run',
        bug: 'a value read once, at construction; a change that reset the moments; the first rate, written back, taken for no change',
      },
      [rate, fc.array(fc.option(rate), { minLength: 5, maxLength: 5 }), trainings({ minSteps: 3, maxSteps: 5 })],
      (before, writes, { params: spec, grads }) =>
        tidily(() => {
          const injected = inject(before)
          let used = before
          const start = tensorsFrom(spec)
          let now: { params: typeof start; state: unknown } = { params: start, state: injected.init(start) }
          let same: typeof now = { params: start, state: plainly(before).init(start) }
          const seen = grads.map((g, t) => {
            const gradients = tensorsFrom(g)
            const write = t === 2 ? before : writes[t] // what it was made with is a number like any other
            used = write ?? used
            now = step(injected)(
              gradients,
              write === null || write === undefined ? now.state : written(now.state, write),
              now.params,
            )
            same = step(plainly(used))(gradients, same.state, same.params)
            return [numbersFrom(now.params), numbersFrom(same.params)]
          })
          return { left: seen.map(([left]) => left), right: seen.map(([, right]) => right) }
        }),
    ),
    law(exactly)(
      {
        name: 'what was used',
        equation: 'after a step hyperparams.learningRate is the rate of that step; at the start it is the first one',
        reason: 'a log shows the rate that was used',
        bug: 'the rate of the next step in the log of this one',
      },
      [schedules, trainings({ maxSteps: 5 })],
      (schedule, { params: spec, grads }) =>
        tidily(() => {
          const tx = inject(schedule)
          let now = { params: tensorsFrom(spec), state: tx.init(tensorsFrom(spec)) }
          const rates = grads.map((g) => {
            now = step(tx)(tensorsFrom(g), now.state, now.params)
            return rateOf(now.state)
          })
          const first = rateOf(tx.init(tensorsFrom(spec)))
          return { left: [first, ...rates], right: [schedule(0), ...grads.map((_, t) => schedule(t))] }
        }),
    ),
    law(exactly)(
      {
        name: 'what is no rate',
        equation:
          'a schedule that gives NaN or a word at count t, a state with NaN, a word or nothing in the place of the rate ⇒ the step throws, and says learningRate; before, all is as ever',
        reason: 'NaN in a rate is NaN in every parameter at the next step',
        bug: 'a rate read from a form as text: "0.1" + 0 ;  a schedule past its end that gave undefined',
      },
      [
        rate,
        fc.constantFrom<unknown>(Number.NaN, '0.1', undefined, null, true),
        // at 0 `init` may ask for it, and refuse
        fc.integer({ min: 1, max: 3 }),
        trainings({ minSteps: 4, maxSteps: 4 }),
      ],
      (fine, wrong, at, { params: spec, grads }) =>
        tidily(() => {
          const params = tensorsFrom(spec)
          // a schedule, and what a person wrote
          const scheduled = inject((count) => (count === at ? (wrong as number) : fine))
          const kept = inject(fine)
          let now = { params, state: scheduled.init(params) }
          const path = grads.slice(0, at).map((g) => {
            now = step(scheduled)(tensorsFrom(g), now.state, now.params)
            return numbersFrom(now.params)
          })
          const next = tensorsFrom(grads[at] ?? null)
          return {
            left: [
              path,
              unsaid(() => step(scheduled)(next, now.state, now.params), ['learningRate']),
              unsaid(() => step(kept)(next, written(kept.init(params), wrong), params), ['learningRate']),
            ],
            right: [pathOf(plainly(fine), { params: spec, grads: grads.slice(0, at) }).slice(1), [], []],
          }
        }),
    ),
    ...(among === undefined
      ? []
      : [
          law(exactly)(
            {
              name: 'any constructor',
              equation:
                'inject(make)(options) at step t = make(options with the numbers of t), its state going on; hyperparams are the numbers and schedules among the options, without those that are to stay',
              reason: 'several rates, masks beside them, sizes that are no rates: each is what it was',
              bug: 'the schedule of one option read for another;  a mask called with a count, and taken for a rate;  a rate that the constructor reads itself, NaN',
              presumes: ['the same steps'],
              share: 0.5,
            },
            [
              fc.array(schedules, { minLength: 2, maxLength: 2 }),
              fc.nat(),
              fc.nat(),
              trainings({ minSteps: 2, maxSteps: 4 }),
            ],
            (drawn, withSchedule, some, { params: spec, grads }) => {
              // each of them in each case: what one forgets shows in its own kind only
              const each = constructors.map(({ make, options, rates }) =>
                tidily(() => {
                  const scheduled = Object.fromEntries(
                    rates.flatMap((name, i) => ((withSchedule >> i) % 2 === 0 ? [[name, drawn[i] ?? 1] as const] : [])),
                  )
                  const given: Options = { ...options, ...scheduled }
                  const numbers = Object.keys(given).filter(
                    (name) => typeof given[name] === 'number' || name in scheduled,
                  )
                  const fixed = numbers.filter((name, i) => !(name in scheduled) && (some >> i) % 2 === 1)
                  const tx = among(make, given, fixed)
                  const start = tensorsFrom(spec)
                  let now: Now<Tree, unknown> = { params: start, state: tx.init(start) }
                  const at = (t: number): Options => ({
                    ...given,
                    ...Object.fromEntries(
                      Object.entries(scheduled).map(([name, rate]) => [
                        name,
                        typeof rate === 'number' ? rate : rate(t),
                      ]),
                    ),
                  })
                  let same: Now<Tree, unknown> = { params: start, state: make(at(0)).init(start) }
                  const shown = (state: unknown): unknown => ({ ...(state as Kept).hyperparams }) // the subject keeps them there
                  const meant = (t: number): unknown =>
                    Object.fromEntries(
                      numbers.filter((name) => !fixed.includes(name)).map((name) => [name, at(t)[name]]),
                    )
                  const first = [shown(now.state), meant(0)]
                  const seen = grads.map((g, t) => {
                    const gradients = tensorsFrom(g)
                    now = step(tx)(gradients, now.state, now.params)
                    same = step(make(at(t)))(gradients, same.state, same.params)
                    return [
                      [numbersFrom(now.params), shown(now.state)],
                      [numbersFrom(same.params), meant(t)],
                    ]
                  })
                  return {
                    left: [first[0], ...seen.map(([left]) => left)],
                    right: [first[1], ...seen.map(([, right]) => right)],
                  }
                }),
              )
              return { left: each.map(({ left }) => left), right: each.map(({ right }) => right) }
            },
          ),
          law(exactly)(
            {
              name: 'what is not there',
              equation:
                'a state without one of its hyperparameters, or without all, or with a word in the place of one; an option read as a number where it is a schedule; no constructor ⇒ it throws a TypeError, and says which',
              reason: 'what is missing must not be what is usual',
              bug: 'a state from a file in which b1 was called beta1: the default of b1 from then on',
              share: 0.5,
            },
            [
              fc.constantFrom('learningRate', 'b1', 'weightDecay'),
              fc.constantFrom<'all' | 'one' | 'undefined' | 'word'>('all', 'one', 'undefined', 'word'),
              fc.constantFrom<unknown>(undefined, null, 3, {}, 'adam'),
            ],
            (name, lack, none) =>
              tidily(() => {
                const params = tensorsFrom({ shape: [], values: [1] })
                const tx = among(adamwOf, { learningRate: 0.5, b1: 0.5, weightDecay: 0.25 }, [])
                const state = tx.init(params) as Kept // the subject keeps them there
                const { hyperparams, ...without } = state
                const { [name]: _, ...others } = hyperparams
                const spoilt = {
                  all: without,
                  one: { ...without, hyperparams: others },
                  undefined: { ...without, hyperparams: { ...others, [name]: undefined } },
                  word: { ...without, hyperparams: { ...others, [name]: '0.5' } },
                }[lack]
                const late = among(
                  (options) =>
                    hide(
                      chain(
                        adamwOf(options),
                        lateScale(() => Number(options['learningRate'])),
                      ),
                    ),
                  { learningRate: 0.5 },
                  [],
                )
                return {
                  left: [
                    unsaid(
                      () => tx.update(params, spoilt, params), // what it must refuse
                      [lack === 'all' ? 'hyperparams' : name],
                    ),
                    unsaid(() => late.update(params, late.init(params), params), ['learningRate']),
                    unsaid(() => among(none as never, { learningRate: 0.5 }, []), ['constructor']), // what it must refuse
                  ],
                  right: [[], [], []],
                }
              }),
          ),
        ]),
    anewLaw((_, count) => inject((t) => 1 / 2 ** (t % count))),
  ],
})

type Kept = { readonly hyperparams: Readonly<Record<string, number>> }

/** What takes records of options, and what is asked with them. `rates` may be schedules. */
interface Constructor {
  readonly make: (options: Options) => Transformation<Opaque>
  readonly options: Options
  readonly rates: readonly string[]
}

// options of these names
const adamwOf = (options: Options): Transformation<Opaque> => hide(adamw(options as unknown as AdamwOptions))
const sgdOf = (options: Options): Transformation<Opaque> => hide(sgd(options as unknown as SgdOptions)) // as above

/** A rate that is asked for at each step. */
const lateScale = (by: () => number): Transformation<Nothing> =>
  plain<Nothing>({
    name: 'late',
    init: () => ({}),
    update: (grads, state) => {
      const rate = by()
      return [mapTree((x: tf.Tensor) => tf.mul(x, rate))(grads), state]
    },
  })

interface Nothing extends StateLambda {
  readonly State: {}
}

/** Masks: `null` for what is no tree, and an error. */
const isTree = (params: unknown): unknown => (typeof params === 'number' ? null : true)
const hasLeaves = (params: unknown): boolean => {
  if (typeof params === 'number') throw new TypeError('a count is no tree')
  return true
}

const constructors: readonly Constructor[] = [
  { make: sgdOf, options: { learningRate: 0.5, momentum: 0.5, nesterov: true }, rates: ['learningRate'] },
  {
    make: adamwOf,
    options: { learningRate: 0.5, weightDecay: 0.25, b1: 0.5, eps: 0.125 },
    rates: ['learningRate', 'weightDecay'],
  },
  // functions that are no schedules: some give no number, some cannot be asked with one
  {
    make: ({ learningRate, momentum, ...masks }) =>
      hide(
        chain(
          trace({ decay: momentum as number }),
          ...Object.values(masks).map((mask) => hide(masked({ mask: mask as boolean })(scale({ stepSize: 0.5 })))), // or functions
          scaleByLearningRate({ learningRate: learningRate as number }), // of these kinds
        ),
      ),
    options: { learningRate: 0.5, momentum: 0.5, one: isTree, other: isTree, third: hasLeaves, fourth: hasLeaves },
    rates: ['learningRate'],
  },
  // what reads a rate itself
  {
    make: (options) => hide(chain(sgdOf(options), scale({ stepSize: 2 * Number(options['learningRate']) }))),
    options: { learningRate: 0.5, momentum: 0.5 },
    rates: ['learningRate'],
  },
  // an option that takes nothing but a schedule, which stays one; and one that takes nothing but a number
  {
    make: ({ stepSizeFn, ...options }) =>
      hide(chain(sgdOf(options), scaleBySchedule({ stepSizeFn: stepSizeFn as Schedule }))), // of this kind
    options: { learningRate: 0.5, momentum: 0.5, stepSizeFn: (count: number) => 1 / (1 + count) },
    rates: ['learningRate', 'momentum'],
  },
]

type Injected = { readonly hyperparams: { readonly learningRate: number } } // what the subject keeps there

const rateOf = (state: unknown): number => (state as Injected).hyperparams.learningRate

const written = (state: unknown, learningRate: unknown): unknown => {
  const injected = state as Injected
  return { ...injected, hyperparams: { ...injected.hyperparams, learningRate } }
}

const known = knownOnly<Partial<HyperparamSubject>>('hyperparamLaws', { inject: true, among: true })
