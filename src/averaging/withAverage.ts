import type { Host } from '../equation/Host.js'
import { oneOf } from '../scalars/kinds.js'
import { options, withDefault } from '../scalars/options.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState, Compensated } from './AveragingState.js'
import { beatOptions } from './beatOptions.js'
import { liftedAverage } from './liftedAverage.js'
import type { Scheme, Told, Unit } from './Scheme.js'
import { checkScheme } from './checkScheme.js'
import { schemeRule } from './schemeRule.js'

/** When an average moves, of what, and how exactly. */
export interface AverageOptions {
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
  /** Whether the average sees the parameters after the update ('sequential', the default) or before it. */
  readonly order?: 'sequential' | 'concurrent'
  /** The number of steps before the average begins, with the parameters of the last of them. Default 0: it begins with
   *  those that `init` is given. */
  readonly start?: number
  /** What the average is until then: the parameters of each step ('copy', the default), or those that `init` was given
   *  ('rest'). */
  readonly before?: 'copy' | 'rest'
  /** Updates fall on every n-th step since the start only; steps between leave the average as it is.
   *
   *  @defaultValue 1 */
  readonly every?: number
  /** 'compensated' keeps what rounding takes (Kahan), for coefficients at which float32 would stop moving. Default
   *  'plain'. */
  readonly precision?: 'plain' | 'compensated'
}

/** What a clock adds: its reading at the average's last update, and at its start. */
export interface Clocked {
  /** Its reading at the average's last update. */
  readonly clock: number
  /** Its reading at the average's start. */
  readonly origin: number
}

/** The state of `withAverage`: that of every average, and the numbers of its scheme. */
export interface Following<F extends StateLambda, H, U, O = {}> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> & {
    readonly [K in keyof H]: number
  } & (U extends 'steps' ? {} : Clocked) &
    (O extends { readonly precision: 'compensated' } ? Compensated<this['Params']> : {})
}

/** Lifts a transformation to carry an average of the parameters that it trains, by any scheme.
 *
 *  ```text
 *  A₀ = x₀        A ← A − c·(A − x)        c = scheme.coefficient({ n, from, to })
 *  x = xₜ₊₁ (sequential: after the update) or xₜ (concurrent: before it)
 *  ```
 *
 *  @shapes state `{ inner, average, count }` and the scheme's own numbers; the average is like the parameters. With a clock
 *    of another unit than steps also `clock` and `origin`, with `precision: 'compensated'` also `residual`.
 *    Memory: one copy of the parameters, two if compensated.
 *  @units those of the scheme; totals of samples, tokens or seconds are extras of each step.
 *  @throws `RangeError`/`TypeError` for options out of range, two averages with one name, a coefficient outside [0, 1]
 *    and a total that decreases.
 *  @laws `averagingLaws` and `averagingSchemeLaws`; several averages, each with its own name, run in one pass.
 *  @departs peers copy at the first update (`start: 1` does that) or count the start (`uniform({ includeInitial: true })`):
 *    here a scheme says what the start weighs, and `averagingWeights` shows it.
 *  @reference src/averaging/README.md, "Which average?"
 *  @example F.pipe(adamw({ learningRate: 1e-3 }), withAverage(warmup({ decay: 0.999 }))) */
export const withAverage = <H extends Host, U extends Unit, E, const O extends AverageOptions = {}>(
  scheme: Scheme<H, U, E>,
  given?: O & AverageOptions,
) => {
  checkScheme('withAverage', scheme)
  const { name, order, start, before, every, precision } = parse(given)
  const lift = liftedAverage({
    owner: 'withAverage',
    description: {
      name: 'average',
      options: { [scheme.name]: scheme.options, name, order, start, before, every, precision },
    },
    name,
    rule: schemeRule('withAverage', scheme, { start, before, every }),
    order,
    precision,
  })
  return <T extends AnyTransformation>(
    inner: T,
    // named in place: by an alias, a hover would show all options
  ): Transformation<
    Following<LambdaOf<T>, H, U, { [K in keyof O as K extends 'precision' ? K : never]: O[K] }>,
    ExtraOf<T> & Told<U, E>
  > => lift(inner)
}

const parse = options('withAverage', {
  ...beatOptions,
  precision: withDefault(oneOf('plain', 'compensated'), 'plain'),
})
