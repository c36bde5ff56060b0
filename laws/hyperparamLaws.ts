import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { injectHyperparams } from '../src/combinators/injectHyperparams.js'
import { hide } from '../src/combinators/transformations.js'
import { sgd } from '../src/optimizers/sgd.js'
import { step } from '../src/transformation/step.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import type { Schedule } from '../src/scalars/Schedule.js'
import { exactly } from './Agreement.js'
import { schedules } from './arbitraries/schedules.js'
import { trainings } from './arbitraries/training.js'
import { anewLaw } from './combining/anew.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily } from './Numbers.js'
import type { Suite } from './Suite.js'

/** Gradient descent with momentum whose rate is kept in its state, at `hyperparams.learningRate`; by default
 *  `injectHyperparams(sgd)`. */
export interface HyperparamSubject {
  readonly inject: (learningRate: number | Schedule) => Transformation<Opaque>
}

const rate = fc.constantFrom(0.5, 0.25, 1, 2, 0)
const plainly = (learningRate: number | Schedule): Transformation<Opaque> => hide(sgd({ learningRate, momentum: 0.5 }))

/** The laws of hyperparameters in a state.
 *
 *  @example await checkLaws(hyperparamLaws()) */
export const hyperparamLaws = (given: Partial<HyperparamSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  inject = (learningRate) => hide(injectHyperparams(sgd)({ learningRate, momentum: 0.5 })),
}: Partial<HyperparamSubject>): Suite => ({
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
        fc.nat({ max: 3 }),
        trainings({ minSteps: 4, maxSteps: 4 }),
      ],
      (fine, wrong, at, { params: spec, grads }) =>
        tidily(() => {
          const params = tensorsFrom(spec)
          const said = (f: () => unknown): string => {
            try {
              f()
              return 'no error'
            } catch (cause) {
              const text = cause instanceof Error ? cause.message : ''
              return text.includes('learningRate') ? 'it says learningRate' : text
            }
          }
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
              // its value at 0 is asked for the first state
              at === 0 ? 'it says learningRate' : said(() => step(scheduled)(next, now.state, now.params)),
              said(() => step(kept)(next, written(kept.init(params), wrong), params)),
            ],
            right: [
              pathOf(plainly(fine), { params: spec, grads: grads.slice(0, at) }).slice(1),
              'it says learningRate',
              'it says learningRate',
            ],
          }
        }),
    ),
    anewLaw((_, count) => inject((t) => 1 / 2 ** (t % count))),
  ],
})

type Injected = { readonly hyperparams: { readonly learningRate: number } } // what the subject keeps there

const rateOf = (state: unknown): number => (state as Injected).hyperparams.learningRate

const written = (state: unknown, learningRate: unknown): unknown => {
  const injected = state as Injected
  return { ...injected, hyperparams: { ...injected.hyperparams, learningRate } }
}

const known = knownOnly<Partial<HyperparamSubject>>('hyperparamLaws', { inject: true })
