import type { Host } from '../equation/Host.js'
import { positiveCount } from '../scalars/Count.js'
import { oneOf } from '../scalars/kinds.js'
import { finite } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { shown } from '../scalars/shown.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { entry } from './entry.js'
import { averageName } from './kinds.js'
import { observed } from './observed.js'
import { ring } from './ring.js'
import type { Snapshots } from './withWindowAverage.js'

/** Which parameters are the best. */
export interface BestOptions {
  /** How many: an integer ≥ 1. */
  readonly best: number
  /** Whether a lower metric is better ('min', the default: a loss) or a higher one ('max': an accuracy). */
  readonly mode?: 'min' | 'max'
  /** The average's name, in files and as a slot. Default `ExponentialMovingAverage`. */
  readonly name?: string
}

/** What a step may be told: the metric of the parameters that it is given. Without it nothing is taken. */
export interface MetricGiven {
  readonly metric?: number
}

/** The state of `withBestAverage`: `metric0` is that of `snapshot0`, infinite while there is none. */
export interface Best<F extends StateLambda> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> &
    Snapshots<this['Params']> & { readonly [K in `metric${number}`]: number }
}

/** The plain mean of the parameters that did best by a metric.
 *
 *  ```text
 *  told a metric m of the parameters p, where it is among the best:  worst of the snapshots ← p,  A ← mean of all there
 *  ```
 *
 *  @shapes state `{ inner, average, snapshot0, …, metric0, …, count }`: 1 + best copies of the parameters. Steps that
 *    are told no metric cost nothing but the count.
 *  @throws `RangeError`/`TypeError` for options out of range and a metric that is no finite number.
 *  @laws best: 1 is the best of all parameters that were measured; the order in which they came does not matter, but
 *    for ties: what is no better than the worst of them takes no place.
 *  @reference model soups: Wortsman et al. 2022, arXiv:2203.05482; fairseq's average of best checkpoints
 *  @example step(withBestAverage({ best: 3 })(sgd({ learningRate: 0.1 })))(grads, state, params, { metric: 0.25 }) */
export const withBestAverage = (given: BestOptions) => {
  const checked = parse(given)
  const { best, mode, name } = checked
  const keys = Array.from({ length: best }, (_, i) => `metric${i}`)
  const none = mode === 'min' ? Infinity : -Infinity
  const better = (a: number, b: number): boolean => (mode === 'min' ? a < b : a > b)
  /** The place that a metric takes, if it is among the best. */
  const placeFor = (host: Host, metric: number): number | undefined => {
    const metrics = keys.map((key) => entry(host, key))
    // the first of equals
    const worst = metrics.reduce((most, m) => (better(most, m) ? m : most))
    return better(metric, worst) ? metrics.indexOf(worst) : undefined
  }
  const chosen = (host: Host, extra: unknown): number | undefined => {
    const metric = metricIn(extra)
    return metric === undefined ? undefined : placeFor(host, metric)
  }
  const init: Host = { count: 0, ...Object.fromEntries(keys.map((key) => [key, none])) }
  const { slots, rest, take } = ring({
    name: 'bestAverage',
    size: best,
    order: 'concurrent', // a metric is of the parameters that a step is given
    host: {
      init,
      next: (host, extra) => {
        const [place, metric] = [chosen(host, extra), metricIn(extra)]
        const count = entry(host, 'count') + 1
        return place === undefined || metric === undefined ? { count } : { count, [`metric${place}`]: metric }
      },
    },
    weights: (host, extra) => {
      const place = chosen(host, extra)
      const there = keys.map((key, i) => i === place || Number.isFinite(entry(host, key)))
      const n = there.filter(Boolean).length
      return there.map((counts) => (counts ? 1 / n : 0))
    },
  })
  const lift = observed({
    owner: 'withBestAverage',
    description: { name: 'bestAverage', options: checked },
    name,
    host: init,
    slots,
    choose: (host, extra) => {
      const place = chosen(host, extra)
      return place === undefined ? rest : take(place)
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<Best<LambdaOf<T>>, ExtraOf<T> & MetricGiven> =>
    lift(inner)
}

const metricIn = (extra: unknown): number | undefined => {
  const metric: unknown = typeof extra === 'object' && extra !== null && 'metric' in extra ? extra.metric : undefined
  if (metric === undefined) return undefined
  if (typeof metric === 'number' && finite.codec.decode(metric)._tag === 'Right') return metric
  const message = `withBestAverage: metric must be a finite number, found ${shown(metric)}. It is handed in with the step, as { metric } after params; without it nothing is taken.`
  throw typeof metric === 'number' ? new RangeError(message) : new TypeError(message)
}

const parse = options('withBestAverage', {
  best: required(positiveCount),
  mode: withDefault(oneOf('min', 'max'), 'min'),
  name: withDefault(averageName, 'ExponentialMovingAverage'),
})
