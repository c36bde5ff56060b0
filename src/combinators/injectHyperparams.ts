import { anatomyOf } from '../transformation/anatomyOf.js'
import { shown } from '../scalars/shown.js'
import { concatenated, type Plan, type Program } from '../equation/Program.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { assemble } from '../transformation/assemble.js'
import { counting, equationOf } from '../transformation/equation.js'
import type {
  Anatomy,
  AnyTransformation,
  StateLambda,
  StateOf,
  Transformation,
} from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { alone, under } from './segments.js'

/** Which options stay as they are. */
export interface InjectOptions<Static extends string> {
  /** Numbers and schedules that are no hyperparameters: sizes, seeds. */
  readonly staticArgs?: readonly Static[]
}

/** The options of a constructor, in which a number may also be a schedule. */
export type Injectable<O> = { readonly [K in keyof O]: IsNumeric<O[K]> extends true ? O[K] | Schedule : O[K] }

/** The hyperparameters among the options that are given: those that may be numbers, by name. */
export type HyperparamsOf<O, G, Static> = {
  readonly [
    K in keyof G as K extends Static ? never : K extends keyof O ? (IsNumeric<O[K]> extends true ? K : never) : never
  ]: number
}

type IsNumeric<V> = number extends V ? true : false

/** The state of `injectHyperparams`. */
export interface InjectedState<S, H> {
  /** Updates so far: where schedules are evaluated. */
  readonly count: number
  /** The values of the last update; a number here is what the next update uses, a scheduled one is what the schedule
   *  gave. */
  readonly hyperparams: H
  readonly inner: S
}

export interface Injected<F extends StateLambda, H> extends StateLambda {
  readonly State: InjectedState<StateOf<F, this['Params']>, H>
}

/** Keeps the hyperparameters of a transformation in its state, where they are seen and changed.
 *
 *    u = factory({ …options, …hyperparams })(g)        hyperparams: numbers from the state, schedules at count
 *
 *  Shapes   state `{ count, hyperparams: { name: number, … }, inner }`.
 *  Throws   what the constructor throws for its options, also later for a number that was written into the state.
 *  Laws     the same steps as the constructor's own, bitwise, schedules included; a number that is written into the
 *           state is the next update's. After an update the state holds what that update used.
 *  Departs  the hyperparameters are the numeric options that are passed; optax adds all defaults. A function is a
 *           schedule only where the constructor takes a number, so a mask is never called with a count. Numbers stay
 *           double; a scheduled entry that is written over is overwritten, as in optax. A changed value costs the
 *           making of the transformation anew, about that of one small step.
 *  Source   optax.inject_hyperparams
 *  Example  `const tx = injectHyperparams(adam)({ learningRate: 1e-3, b1: 0.9 })
 *           const state = treeSet(tx.init(params), ['hyperparams', 'learningRate'], 1e-4)` */
export const injectHyperparams =
  <O extends object, T extends AnyTransformation, const Static extends string = never>(
    factory: (options: O) => T,
    { staticArgs = [] }: InjectOptions<Static & keyof O> = {},
  ) =>
  <const G extends Injectable<O>>(
    given: G & { readonly [K in Exclude<keyof G, keyof O>]: never },
  ): Transformation<Injected<LambdaOf<T>, HyperparamsOf<O, G, Static>>, ExtraOf<T>> => {
    if (typeof (factory as unknown) !== 'function')
      throw new TypeError(
        `injectHyperparams: needs a constructor, found ${shown(factory)}. ` +
          'Pass it uncalled: injectHyperparams(adam)({ learningRate: 1e-3 }).',
      )
    const record = given as Readonly<Record<string, unknown>> // options are a record
    // Options in which the hyperparameters are numbers are options of the constructor: `Injectable` says where a
    // schedule may stand.
    const make = (values: Hyperparams): Anatomy =>
      anatomyOf('injectHyperparams: what the constructor returns', factory({ ...record, ...values } as unknown as O))
    const sources = numericIn(record, staticArgs, make)
    const at = (step: number, now: Hyperparams): Hyperparams =>
      Object.fromEntries(
        Object.entries(sources).map(([name, source]) => [
          name,
          typeof source === 'number' ? valueIn(now, name) : source(step),
        ]),
      )
    const first = startOf(sources)
    const { description, shape } = make(first)
    const plans = remembered(make, first)
    return assemble({
      description: { name: 'injectHyperparams', options: { hyperparams: plainOptions(sources) }, parts: [description] },
      shape: {
        kind: 'record',
        host: counting.init,
        slots: {},
        parts: { hyperparams: { kind: 'record', host: first, slots: {}, parts: {} }, inner: shape },
      },
      plan: (state, occasion) => {
        const { count, hyperparams } = state as InjectedState<unknown, Hyperparams> // this wrapper's record
        return plans(at(count, hyperparams))(state, occasion)
      },
    })
  }

type Hyperparams = Readonly<Record<string, number>>

/** The options that are hyperparameters: numbers, and functions that give a number where the constructor takes one. */
const numericIn = (
  record: Readonly<Record<string, unknown>>,
  staticArgs: readonly string[],
  make: (values: Hyperparams) => unknown,
): Sources => {
  const all = Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): readonly (readonly [string, number | Schedule])[] =>
      staticArgs.includes(name)
        ? []
        : typeof value === 'number'
          ? [[name, value]]
          : isSchedule(value)
            ? [[name, value]]
            : [],
    ),
  )
  // An option that takes nothing but a schedule stays one. If no single option explains a refusal, the constructor's
  // own error will.
  const without = Object.keys(all)
    .filter((name) => typeof all[name] === 'function')
    .map((left): Sources => Object.fromEntries(Object.entries(all).filter(([name]) => name !== left)))
  return [all, ...without].find((sources) => accepted(make, sources)) ?? all
}

type Sources = Readonly<Record<string, number | Schedule>>

const isSchedule = (value: unknown): value is Schedule => {
  if (typeof value !== 'function') return false
  try {
    // believed to be a schedule only if it gives a number
    return typeof (value as (step: number) => unknown)(0) === 'number'
  } catch {
    return false
  }
}

const accepted = (make: (values: Hyperparams) => unknown, sources: Sources): boolean => {
  try {
    make(startOf(sources))
    return true
  } catch {
    return false
  }
}

const startOf = (sources: Sources): Hyperparams =>
  Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, valueAt(source, 0)]))

const valueIn = (hyperparams: Hyperparams | undefined, name: string): number => {
  const value = hyperparams?.[name]
  if (typeof value !== 'number')
    throw new TypeError(
      `injectHyperparams: there is no number at state.hyperparams.${name}. Pass the state that init or the last step returned.`,
    )
  return value
}

const counter = alone(equationOf({ name: 'injectHyperparams', host: counting })(() => ({ update }) => ({ update })))
const keeper = equationOf({ name: 'hyperparams' })(() => ({ update }) => ({ update }))

/** As many sets of values are remembered. */
const most = 8

/** The plan for a set of values; the last few are remembered, so that what does not change is made and compiled
 *  once. */
const remembered = (make: (values: Hyperparams) => Anatomy, host: Hyperparams): ((values: Hyperparams) => Plan) => {
  const known = new Map<string, Plan>()
  const join = concatenated()
  return (values) => {
    const key = Object.values(values).join()
    const found = known.get(key)
    if (found !== undefined) return found
    const inner = under('inner', make(values).plan)
    const keep: Program = {
      segments: [
        { kind: 'stage', at: ['hyperparams'], scope: null, equation: { ...keeper, host, next: () => values } },
      ],
    }
    const plan: Plan = (state, occasion) => join([counter, keep, inner(state, occasion)])
    known.set(key, plan)
    for (const old of known.keys()) if (known.size > most) known.delete(old)
    return plan
  }
}
