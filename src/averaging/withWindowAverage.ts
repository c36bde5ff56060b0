import { plainOptions } from '../schedules/described.js'
import type { Host } from '../equation/Host.js'
import { count as whole, positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { oneOf } from '../scalars/kinds.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { counting } from '../transformation/equation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { entry } from './entry.js'
import { averageName } from './kinds.js'
import { observed } from './observed.js'
import { ring } from './ring.js'

/** Which snapshots are averaged. */
export interface WindowOptions {
  /** How many of the latest snapshots: an integer ≥ 1. */
  readonly window: number
  /** A snapshot is taken every so many steps.
   *
   *  @defaultValue 1 */
  readonly every?: number
  /** The steps before the first of those intervals.
   *
   *  @defaultValue 0 */
  readonly start?: number
  /** Averages the latest part of all snapshots instead, ⌈fraction·taken⌉ of them, as far as the window reaches: suffix
   *  averaging. A number in [0, 1]. */
  readonly fraction?: number
  /** Whether a snapshot is of the parameters after the update ('sequential', the default) or before it. */
  readonly order?: 'sequential' | 'concurrent'
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
}

/** The snapshots of a window, as slots: `snapshot0`, `snapshot1`, … */
export type Snapshots<P> = { readonly [K in `snapshot${number}`]: P }

/** The state of `withWindowAverage`. */
export interface Windowed<F extends StateLambda> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> & Snapshots<this['Params']>
}

/** The plain mean of the latest snapshots of the parameters (LAWA).
 *
 *  ```text
 *  at t = start + j·every:  snapshot[(j−1) mod window] ← x,  A ← mean of the last min(j, window);   else all rests
 *  ```
 *
 *  @shapes state `{ inner, average, snapshot0, …, count }`: 1 + window copies of the parameters, all there from `init`
 *    on, so that the state keeps its form. Steps that take no snapshot cost nothing but the count.
 *  @throws `RangeError`/`TypeError` for options out of range, and two averages with one name.
 *  @laws window 1 is the latest snapshot; a constant is kept bitwise; before the first snapshot the average is the
 *    start. No snapshot is the same tensor as a parameter: donated steps and disposed parameters leave it alone.
 *  @reference Kaddour 2022, arXiv:2209.14981; suffix averaging: Rakhlin et al. 2012, arXiv:1109.5647
 *  @example withWindowAverage({ window: 5, every: 1000 })(adamw({ learningRate: 1e-3 })) */
export const withWindowAverage = (given: WindowOptions) => {
  const checked = parse(given)
  const { window, every, start, fraction, order, name } = checked
  /** How many snapshots there are after the step that so many came before. */
  const takenAfter = (host: Host): number => Math.max(0, Math.floor((entry(host, 'count') + 1 - start) / every))
  const { slots, rest, take } = ring({
    name: 'windowAverage',
    size: window,
    order,
    host: { init: counting.init, next: (host) => ({ count: entry(host, 'count') + 1 }) },
    weights: (host) => {
      const taken = takenAfter(host)
      const n = Math.min(window, fraction === undefined ? taken : Math.max(1, Math.ceil(fraction * taken - 1e-9)))
      // Ages, from 0 for the new one; those below n count.
      return Array.from({ length: window }, (_, i) => ((taken - 1 - i + window) % window < n ? 1 / n : 0))
    },
  })
  const lift = observed({
    owner: 'withWindowAverage',
    description: { name: 'windowAverage', options: plainOptions(checked) },
    name,
    host: counting.init,
    slots,
    choose: (host) => {
      const t = entry(host, 'count') + 1 - start
      return t > 0 && t % every === 0 ? take((takenAfter(host) - 1) % window) : rest
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<Windowed<LambdaOf<T>>, ExtraOf<T>> => lift(inner)
}

const parse = options('withWindowAverage', {
  window: required(positiveCount),
  every: withDefault(positiveCount, 1),
  start: withDefault(whole, 0),
  fraction: optional(unitInterval),
  order: withDefault(oneOf('sequential', 'concurrent'), 'sequential'),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
})
