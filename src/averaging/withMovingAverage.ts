import { unitInterval } from '../scalars/Decay.js'
import { flag, numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { count as countKind, positiveCount } from '../scalars/Count.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { Averaging } from './AveragingState.js'
import { type Counts, movingRule, type Rhythm } from './coefficients.js'
import { averageName, updatesKind } from './kinds.js'
import { liftedAverage } from './liftedAverage.js'

/** How parameters are averaged. */
export interface MovingAverageOptions {
  /** A number in [0, 1], or a schedule of it.
   *
   *  @defaultValue 0.9999 */
  readonly decay?: number | Schedule
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
  /** Warms the decay up as min(d, (1+n)/(10+n)): n is the average's own count before or after this step, a function of
   *  the count before it, or, with 'given', the extra `numUpdates` of each step. Default: no warm-up. */
  readonly numUpdates?: 'before' | 'after' | 'given' | ((count: number) => number)
  /** Whether the average sees the parameters after the update ('sequential', the default) or before it. */
  readonly order?: 'sequential' | 'concurrent'
  /** Gives the start no weight: the first update of the average copies the parameters.
   *
   *  @defaultValue false */
  readonly debias?: boolean
  /** The number of steps in which the average copies the parameters before it begins.
   *
   *  @defaultValue 0 */
  readonly start?: number
  /** Updates fall on every n-th step only, with the product of the decays of those steps.
   *
   *  @defaultValue 1 */
  readonly every?: number
  /** 'compensated' keeps what rounding takes (Kahan), for decays at which float32 would stop moving. Default
   *  'plain'. */
  readonly precision?: 'plain' | 'compensated'
}

/** The extra of an average that is told the number of updates with each step. */
export type GivenBy<O> = O extends { readonly numUpdates: 'given' } ? { readonly numUpdates: number } : {}

/** Lifts a transformation to carry an exponential moving average of the parameters that it trains.
 *
 *  ```text
 *  A₀ = x₀        Aₜ₊₁ = Aₜ − c·(Aₜ − x)        c = 1 − decay
 *  x = xₜ₊₁ (sequential: after the update) or xₜ (concurrent: before it)
 *  ```
 *
 *  Above c = ½ the same is computed as x − (1 − c)·(x − A). Both keep a constant bitwise, and both endpoints are exact.
 *
 *  @shapes state `{ inner, average, count }`; the average is like the parameters. With `precision: 'compensated'` also
 *    `residual`, with `debias` or `every` also the products `block` and `total` of decays.
 *  @units the parameters' own. In float32 a plain average rests where |x − A| < |A|·2⁻²⁴/(1 − decay).
 *  @throws `RangeError`/`TypeError` for a decay outside [0, 1] or NaN, unknown options, two averages with one name.
 *  @laws never alters updates or the inner state; concurrent is sequential one step later, bit for bit; decay 0 is
 *    the parameters, decay 1 the start; convex; linear; leaves that never change have an average that never
 *    changes.
 *  @departs TensorFlow's `sequential_update=False` is a race; here it is a composition order.
 *    Inside `multiSteps` and `applyIfFinite` the average sees real steps only; around them it decays on every
 *    call.
 *  @reference Polyak & Juditsky 1992; tf.contrib.opt.MovingAverageOptimizer
 *  @example F.pipe(adamw({ learningRate: 1e-3 }), withMovingAverage({ decay: 0.999 })) */
export const withMovingAverage = <const O extends MovingAverageOptions = {}>(given?: O & MovingAverageOptions) => {
  const checked = parse(given)
  const { decay, name, numUpdates, order, debias, start, every, precision } = checked
  const rhythm: Rhythm = { decay, numUpdates, debias, start, every }
  const products = given !== undefined && (debias || given.every !== undefined)
  const initial: Counts = products ? { count: 0, block: 1, total: 1 } : { count: 0 }
  const lift = liftedAverage({
    owner: 'withMovingAverage',
    description: { name: 'movingAverage', options: plainOptions(checked) },
    name,
    rule: movingRule(rhythm, initial),
    order,
    precision,
  })
  return <T extends AnyTransformation>(
    inner: T,
    // named in place: by an alias, a hover would show all options
  ): Transformation<
    Averaging<LambdaOf<T>, { [K in keyof O as K extends 'precision' | 'debias' | 'every' ? K : never]: O[K] }>,
    ExtraOf<T> & GivenBy<O>
  > => lift(inner)
}

const parse = options('withMovingAverage', {
  decay: withDefault(numberOrSchedule(unitInterval), 0.9999),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
  numUpdates: optional(updatesKind),
  order: withDefault(oneOf('sequential', 'concurrent'), 'sequential'),
  debias: withDefault(flag, false),
  start: withDefault(countKind, 0),
  every: withDefault(positiveCount, 1),
  precision: withDefault(oneOf('plain', 'compensated'), 'plain'),
})
