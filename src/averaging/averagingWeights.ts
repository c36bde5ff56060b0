import { nth } from '../scalars/nth.js'
import { count, positiveCount } from '../scalars/Count.js'
import { fn, oneOf } from '../scalars/kinds.js'
import { literal } from '../scalars/literal.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { checkScheme } from './checkScheme.js'
import type { AnyScheme, Scheme, Told, Unit } from './Scheme.js'
import { schemeRule } from './schemeRule.js'
import type { AverageOptions } from './withAverage.js'

/** At which rhythm the weights are asked for, and what each step would be told. */
export interface WeightsOptions<X = unknown> extends Pick<AverageOptions, 'order' | 'start' | 'before' | 'every'> {
  /** The extras of the step that so many steps came before. Default: a total of one for each step. */
  readonly extra?: (count: number) => X
}

/** What an average is made of after some steps. */
export interface AveragingWeights {
  /** The weight of x₀ (the start), x₁ (after the first step), …, up to the last step. */
  readonly weights: readonly number[]
  /** The weight of the start. */
  readonly initial: number
  /** How many steps ago the parameters were trained that it stands for: Σ w·age. */
  readonly meanAge: number
  /** How many parameters it is the mean of, as far as independent noise goes: 1/Σ w². */
  readonly effectiveWindow: number
  /** What is left of the variance of independent noise: Σ w². */
  readonly varianceFactor: number
  /** All of this in a few lines. */
  readonly described: string
  /** Why it should not be evaluated yet, where the start still weighs more than a tenth: its window has not filled. */
  readonly warning: string | null
}

/** The weight of each step's parameters in an average, before anything is trained.
 *
 *  ```text
 *  w(T, s) = c_s·∏_{r>s} (1 − c_r)        w(T, 0) = ∏ (1 − c_r)
 *  ```
 *
 *  @units ages and windows are in steps.
 *  @throws `RangeError`/`TypeError` for steps that are no integer ≥ 0, and whatever the scheme throws.
 *  @laws w ≥ 0, Σ w = 1; the average after T steps is Σ w(T, s)·xₛ.
 *  @example averagingWeights(exponential({ decay: 0.999 }), 48).warning   // '95 % of the average is still the start …' */
export const averagingWeights = <H extends Readonly<Record<string, number>>, U extends Unit, E>(
  scheme: Scheme<H, U, E>,
  steps: number,
  given?: WeightsOptions<Told<U, E>>,
): AveragingWeights => {
  checkScheme('averagingWeights', scheme)
  const { order, extra, ...beat } = parse(given) // the extras are the scheme's to check
  const last = literal('averagingWeights: steps', count, count.codec)(steps)
  const rule = schemeRule('averagingWeights', scheme, beat)
  const coefficients: number[] = []
  let host = { ...rule.init }
  for (let t = 0; t < last; t++) {
    const told = extra?.(t) ?? { [scheme.unit]: t + 1 }
    coefficients.push(rule.coefficient(host, told))
    host = { ...host, ...rule.next(host, told) }
  }
  return summarised(scheme, order === 'concurrent' ? delayed(explicit(coefficients)) : explicit(coefficients))
}

/** The weights that a recursion implies. */
const explicit = (coefficients: readonly number[]): readonly number[] => {
  const weights = new Array<number>(coefficients.length + 1)
  let rest = 1
  for (let t = coefficients.length; t > 0; t--) {
    const c = nth(coefficients, t - 1)
    weights[t] = rest * c
    rest *= 1 - c
  }
  weights[0] = rest
  return weights
}

/** The average of step t saw the parameters before it. */
const delayed = (weights: readonly number[]): readonly number[] => {
  const [start, first, ...rest] = weights
  return start === undefined || first === undefined ? weights : [start + first, ...rest, 0]
}

const summarised = (scheme: AnyScheme, weights: readonly number[]): AveragingWeights => {
  const steps = weights.length - 1
  const initial = nth(weights, 0)
  const meanAge = weights.reduce((sum, w, s) => sum + w * (steps - s), 0)
  const varianceFactor = weights.reduce((sum, w) => sum + w * w, 0)
  const effectiveWindow = 1 / varianceFactor
  const warning = warningOf(initial, steps)
  const described = [
    `${scheme.name} after ${steps} steps`,
    `weight of the start  ${percent(initial)}`,
    `mean age             ${short(meanAge)} steps`,
    `effective window     ${short(effectiveWindow)} steps`,
    `variance factor      ${short(varianceFactor)}`,
    `weights by age       ${shares(weights)}`,
    ...(warning === null ? [] : [`warning              ${warning}`]),
  ].join('\n')
  return Object.freeze({ weights, initial, meanAge, effectiveWindow, varianceFactor, described, warning })
}

/** Why an average should not be evaluated yet.
 *
 *  @internal */
export const warningOf = (initial: number, steps: number): string | null =>
  initial > Math.max(0.1, 2 / (steps + 1))
    ? `${percent(initial)} of the average is still the start: after ${steps} steps its window has not filled. ` +
      'Evaluate the parameters, train longer, or take a scheme that warms up, e.g. warmup({ decay: 0.999 }) or uniform().'
    : null

/** The weights of the newest tenth of the steps, of the next, and so on. */
const shares = (weights: readonly number[]): string => {
  const size = Math.ceil(weights.length / 10)
  const newest = weights.toReversed()
  return Array.from({ length: Math.ceil(weights.length / size) }, (_, i) =>
    percent(newest.slice(i * size, (i + 1) * size).reduce((sum, w) => sum + w, 0)),
  ).join(', ')
}

const short = (x: number): string => String(Number(x.toPrecision(3)))
const percent = (x: number): string => `${Number((100 * x).toPrecision(2))} %`

const parse = options('averagingWeights', {
  order: withDefault(oneOf('sequential', 'concurrent'), 'sequential'),
  start: withDefault(count, 0),
  before: withDefault(oneOf('copy', 'rest'), 'copy'),
  every: withDefault(positiveCount, 1),
  extra: optional(
    fn<(count: number) => unknown>('a function of the count of steps', '(count) => ({ samples: 32 * (count + 1) })'),
  ),
})
