import type { Equation } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import { copied, type Slot, zeros } from '../equation/Slot.js'
import { count as whole, positiveCount } from '../scalars/Count.js'
import { options, withDefault } from '../scalars/options.js'
import { boundedMemory } from '../tree/boundedMemory.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { averageName } from './kinds.js'
import { moved } from './moved.js'
import { observed } from './observed.js'
import { entry } from './entry.js'

/** Which snapshots SWAG takes, and how many deviations it keeps. */
export interface SwagOptions {
  /** How many of the latest deviations from the mean are kept: an integer ≥ 0.
   *
   *  @defaultValue 20 */
  readonly rank?: number
  /** A snapshot is taken every so many steps.
   *
   *  @defaultValue 1 */
  readonly every?: number
  /** The steps before the first of those intervals.
   *
   *  @defaultValue 0 */
  readonly start?: number
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
}

/** What SWAG knows of the parameters beside their mean. */
export interface SwagMoments<P> {
  /** The variance of each parameter over the snapshots. */
  readonly spread: P
  /** Snapshots so far. */
  readonly taken: number
}

/** The latest deviations from the mean, as slots in a ring: `deviation0`, `deviation1`, … */
export type Deviations<P> = { readonly [K in `deviation${number}`]: P }

/** The state of `withSwag`. */
export interface Swag<F extends StateLambda> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> &
    SwagMoments<this['Params']> &
    Deviations<this['Params']>
}

/** SWAG: a Gaussian over the parameters, from snapshots along the training. `sampleSwag` draws from it.
 *
 *  ```text
 *  at t = start + j·every, c = 1/j:   mean' = mean + c·(x − mean)        spread' = spread + c·((x − mean)·(x − mean') − spread)
 *                                     deviation[(j−1) mod rank] ← x − mean'
 *  ```
 *
 *  @shapes state `{ inner, average, spread, deviation0, …, count, taken }`: 2 + rank copies of the parameters, all there
 *    from `init` on. `average` is the mean. Steps that take no snapshot cost nothing but the count.
 *  @throws `RangeError`/`TypeError` for options out of range, and two averages with one name.
 *  @laws the mean is that of `withSwa`; the spread is ≥ 0, and 0 for a constant.
 *  @departs Welford's recursion in place of the mean of squares, which cancels in float32; ours holds population variance.
 *  @reference Maddox et al. 2019, arXiv:1902.02476
 *  @example withSwag({ start: 1000, every: 100, rank: 10 })(sgd({ learningRate: 0.1 })) */
export const withSwag = (given?: SwagOptions) => {
  const checked = parse(given)
  const { rank, every, start, name } = checked
  const places = Array.from({ length: rank }, (_, i) => `deviation${i}`)
  const slots: Readonly<Record<string, Slot>> = {
    average: copied,
    spread: zeros,
    ...Object.fromEntries(places.map((slot) => [slot, zeros])),
  }
  const taking = (host: Host): boolean => {
    const t = entry(host, 'count') + 1 - start
    return t > 0 && t % every === 0
  }
  const parts = {
    name: 'swag',
    slots,
    host: {
      init: { count: 0, taken: 0 } as Host,
      next: (host: Host): Host => ({
        count: entry(host, 'count') + 1,
        taken: entry(host, 'taken') + Number(taking(host)),
      }),
    },
    scalars: (host: Host) => {
      const c = 1 / (entry(host, 'taken') + 1)
      return { c, d: 1 - c }
    },
    observes: true,
  }
  // Without slots: what it does not touch stays in the state as it is, and costs nothing.
  const rest = steadyEquationOf({ name: 'swag', host: parts.host })(() => ({ update }) => ({ update }))
  const known = boundedMemory<Equation>(256)
  const take = (place: number, first: boolean): Equation =>
    known(`${place} ${first}`, () =>
      steadyEquationOf(parts)((A) => (x, { c, d }) => {
        const now = A.applied(entry(x, 'param'), entry(x, 'update'))
        const [mean, spread] = [entry(x, 'average'), entry(x, 'spread')]
        const next = moved(A, first)(mean, now, { c, d })
        const square = A.mul(A.sub(now, mean), A.sub(now, next))
        return {
          update: entry(x, 'update'),
          average: next,
          spread: first ? A.lit(0) : A.sub(spread, A.mul(c, A.sub(spread, square))),
          ...Object.fromEntries(places.map((slot, i) => [slot, i === place ? A.sub(now, next) : entry(x, slot)])),
        }
      }),
    )
  const lift = observed({
    owner: 'withSwag',
    description: { name: 'swag', options: checked },
    name,
    host: parts.host.init,
    slots,
    choose: (host) => {
      if (!taking(host)) return rest
      const taken = entry(host, 'taken')
      return take(rank === 0 ? -1 : taken % rank, taken === 0)
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<Swag<LambdaOf<T>>, ExtraOf<T>> => lift(inner)
}

const parse = options('withSwag', {
  rank: withDefault(whole, 20),
  every: withDefault(positiveCount, 1),
  start: withDefault(whole, 0),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
})
