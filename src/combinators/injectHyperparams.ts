import { recordGiven } from '../scalars/wrongOptions.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { watched } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { shown } from '../scalars/shown.js'
import { plainOptions } from '../schedules/described.js'
import { assemble } from '../transformation/assemble.js'
import { counting } from '../transformation/equation.js'
import type {
  Anatomy,
  AnyTransformation,
  StateLambda,
  StateOf,
  Transformation,
} from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { numericIn, startOf } from './hyperparamSources.js'
import { injectedPlan } from './injectedPlan.js'

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
  /** The inner transformation's. */
  readonly inner: S
}

export interface Injected<F extends StateLambda, H> extends StateLambda {
  readonly State: InjectedState<StateOf<F, this['Params']>, H>
}

/** Keeps the hyperparameters of a transformation in its state, where they are seen and changed.
 *
 *  ```text
 *  u = factory({ …options, …hyperparams })(g)        hyperparams: numbers from the state, schedules at count
 *  ```
 *
 *  @shapes state `{ count, hyperparams: { name: number, … }, inner }`.
 *  @throws what the constructor throws for its options, also later for a number that was written into the state.
 *  @laws the same steps as the constructor's own, bitwise, schedules included; a number that is written into the
 *    state is the next update's. After an update the state holds what that update used.
 *  @departs the hyperparameters are the numeric options that are passed; optax adds all defaults. A function is a
 *    schedule only where the constructor takes a number, so a mask is never called with a count. Numbers stay
 *    double; a scheduled entry that is written over is overwritten, as in optax. A changed value costs nothing
 *    where the constructor takes a schedule, as for a learning rate; else, and in a constructor that does not
 *    pass its options on as they are, it costs the making of the transformation anew.
 *  @reference optax.inject_hyperparams
 *  @example
 *  ```ts
 *  const tx = injectHyperparams(adam)({ learningRate: 1e-3, b1: 0.9 })
 *    const state = treeSet(tx.init(params), ['hyperparams', 'learningRate'], 1e-4)
 *  ```
 */
export const injectHyperparams = <O extends object, T extends AnyTransformation, const Static extends string = never>(
  factory: (options: O) => T,
  inject: InjectOptions<Static & keyof O> = {},
) => {
  const { staticArgs = [] } = known(inject)
  return <const G extends Injectable<O>>(
    given: G & { readonly [K in Exclude<keyof G, keyof O>]: never },
  ): Transformation<Injected<LambdaOf<T>, HyperparamsOf<O, G, Static>>, ExtraOf<T>> => {
    if (typeof (factory as unknown) !== 'function')
      throw new TypeError(
        `injectHyperparams: needs a constructor, found ${shown(factory)}. ` +
          'Pass it uncalled: injectHyperparams(adam)({ learningRate: 1e-3 }).',
      )
    const record = recordGiven('injectHyperparams', given, 'Pass e.g. injectHyperparams(adam)({ learningRate: 1e-3 }).')
    // Options in which the hyperparameters are numbers are options of the constructor: `Injectable` says where a
    // schedule may stand.
    const make = (options: object): Anatomy =>
      anatomyOf('injectHyperparams: what the constructor returns', factory(options as unknown as O))
    const sources = numericIn(record, staticArgs, (values) => make({ ...record, ...values }))
    const first = startOf(sources)
    const options = { ...record, ...first }
    const [{ description, shape }, checker] = watched(options, make)
    return assemble({
      description: { name: 'injectHyperparams', options: { hyperparams: plainOptions(sources) }, parts: [description] },
      shape: {
        kind: 'record',
        of: 'injectHyperparams',
        host: counting.init,
        slots: {},
        parts: { hyperparams: { kind: 'record', of: 'hyperparams', host: first, slots: {}, parts: {} }, inner: shape },
      },
      plan: injectedPlan(make, record, sources, checker),
    })
  }
}

const known = knownOnly<InjectOptions<string>>('injectHyperparams', { staticArgs: true })
