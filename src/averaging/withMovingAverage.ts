import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated, relocated, type Plan, type Program } from '../equation/Program.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag, numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { count as countKind, positiveCount } from '../scalars/Count.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { at } from '../state/paths.js'
import type { StateShape } from '../state/StateShape.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { averageEquations, type AverageEquations } from './averageEquations.js'
import type { Averaging } from './AveragingState.js'
import { averageNames } from './averageNames.js'
import { coefficient, type Counts, givenTo, type Rhythm } from './coefficients.js'
import { averageName, updatesKind } from './kinds.js'

/** How parameters are averaged. */
export interface MovingAverageOptions {
  /** A number in [0, 1], or a schedule of it. Default 0.9999. */
  readonly decay?: number | Schedule
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
  /** Warms the decay up as min(d, (1+n)/(10+n)): n is the average's own count before or after this step, a function of
   *  the count before it, or, with 'given', the extra `numUpdates` of each step. Default: no warm-up. */
  readonly numUpdates?: 'before' | 'after' | 'given' | ((count: number) => number)
  /** Whether the average sees the parameters after the update ('sequential', the default) or before it. */
  readonly order?: 'sequential' | 'concurrent'
  /** Gives the start no weight: the first update of the average copies the parameters. Default false. */
  readonly debias?: boolean
  /** The number of steps in which the average copies the parameters before it begins. Default 0. */
  readonly start?: number
  /** Updates fall on every n-th step only, with the product of the decays of those steps. Default 1. */
  readonly every?: number
  /** 'compensated' keeps what rounding takes (Kahan), for decays at which float32 would stop moving. Default
   *  'plain'. */
  readonly precision?: 'plain' | 'compensated'
}

/** The extra of an average that is told the number of updates with each step. */
export type GivenBy<O> = O extends { readonly numUpdates: 'given' } ? { readonly numUpdates: number } : {}

/** Lifts a transformation to carry an exponential moving average of the parameters that it trains.
 *
 *    A₀ = x₀        Aₜ₊₁ = Aₜ − c·(Aₜ − x)        c = 1 − decay
 *    x = xₜ₊₁ (sequential: after the update) or xₜ (concurrent: before it)
 *
 *  Above c = ½ the same is computed as x − (1 − c)·(x − A). Both keep a constant bitwise, and both endpoints are exact.
 *
 *  Shapes   state `{ inner, average, count }`; the average is like the parameters. With `precision: 'compensated'` also
 *           `residual`, with `debias` or `every` also the products `block` and `total` of decays.
 *  Units    the parameters' own. In float32 a plain average rests where |x − A| < |A|·2⁻²⁴/(1 − decay).
 *  Throws   `RangeError`/`TypeError` for a decay outside [0, 1] or NaN, unknown options, two averages with one name.
 *  Laws     never alters updates or the inner state; concurrent is sequential one step later, bit for bit; decay 0 is
 *           the parameters, decay 1 the start; convex; linear; leaves that never change have an average that never
 *           changes.
 *  Departs  TensorFlow's `sequential_update=False` is a race; here it is a composition order.
 *           Inside `multiSteps` and `applyIfFinite` the average sees real steps only; around them it decays on every
 *           call.
 *  Source   Polyak & Juditsky 1992; tf.contrib.opt.MovingAverageOptimizer
 *  Example  `F.pipe(adamw({ learningRate: 1e-3 }), withMovingAverage({ decay: 0.999 }))` */
export const withMovingAverage = <const O extends MovingAverageOptions = {}>(given?: O & MovingAverageOptions) => {
  const checked = parse(given)
  const { decay, name, numUpdates, order, debias, start, every, precision } = checked
  const rhythm: Rhythm = { decay, numUpdates, debias, start, every }
  const products = given !== undefined && (debias || given.every !== undefined)
  const initial: Counts = products ? { count: 0, block: 1, total: 1 } : { count: 0 }
  const equations = averageEquations('movingAverage', rhythm, order, precision === 'compensated', initial)
  return <T extends AnyTransformation>(
    inner: T,
  ): Transformation<Averaging<LambdaOf<T>, O>, ExtraOf<T> & GivenBy<O>> => {
    const { description, shape, plan } = anatomyOf('withMovingAverage: what it wraps', inner)
    if (averageNames(shape).includes(name))
      throw new TypeError(
        `withMovingAverage: there is an average named "${name}" inside already. Pass another name, e.g. { name: 'Slow' }.`,
      )
    const { near } = equations
    const lifted: StateShape = {
      kind: 'record',
      host: near.host,
      slots: near.slots,
      parts: { inner: shape },
      average: name,
    }
    return assemble({
      description: { name: 'movingAverage', options: plainOptions(checked), parts: [description] },
      shape: lifted,
      plan: planOf(plan, equations, rhythm),
    })
  }
}

const planOf = (inner: Plan, equations: AverageEquations, rhythm: Rhythm): Plan => {
  const move = relocated(['inner'])
  const join = concatenated()
  const alone = (equation: AverageEquations['rest']): Program => ({
    segments: [{ kind: 'stage', equation, at: [], scope: null }],
  })
  const programs = {
    rest: alone(equations.rest),
    copy: alone(equations.copy),
    near: alone(equations.near),
    far: alone(equations.far),
  }
  return (state, occasion) => {
    const c = coefficient(rhythm, state as Counts, givenTo(rhythm, occasion.extra)) // the numbers of this record
    const own = c === 0 ? programs.rest : c === 1 ? programs.copy : c <= 0.5 ? programs.near : programs.far
    return join([move(inner(at(state, ['inner']), occasion)), own])
  }
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
