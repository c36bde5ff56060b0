import type { Host } from '../equation/Host.js'
import { copied } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { must } from '../scalars/must.js'
import { options, required, withDefault } from '../scalars/options.js'
import { equationOf } from '../transformation/equationOf.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { beatOptions } from './beatOptions.js'
import { checkScheme } from './checkScheme.js'
import { moved } from './moved.js'
import { observed } from './observed.js'
import type { Scheme, Told, Unit } from './Scheme.js'
import { phaseOf, schemeRule } from './schemeRule.js'
import type { AverageOptions, Clocked } from './withAverage.js'

/** When the average is fed back, and how much of it. */
export interface FeedbackOptions extends Omit<AverageOptions, 'precision' | 'order'> {
  /** Every so many steps since the average's start the parameters are drawn to it: an integer ≥ 1. */
  readonly period: number
  /** What the parameters keep of themselves then, in [0, 1]. Default 0: they become the average. */
  readonly keep?: number
}

/** The state of `withFeedback`. */
export interface FedBack<F extends StateLambda, H, U> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> & {
    readonly [K in keyof H]: number
  } & (U extends 'steps' ? {} : Clocked)
}

/** An average that draws the parameters back to it from time to time.
 *
 *  ```text
 *  x = p + u        A ← A − c·(A − x)        every period-th step: p ← β·x + (1−β)·A      (as an update: u − (1−β)·(x − A))
 *  ```
 *
 *  @shapes state `{ inner, average, count }` and the scheme's numbers: one copy of the parameters.
 *  @throws as `withAverage`, and `RangeError` for a period below 1 or a β outside [0, 1].
 *  @laws β = 1 is `withAverage`; with β = 0 parameters and average agree up to rounding after each period. An update
 *    like any other: `update` and `step` agree.
 *  @departs a parameter without a gradient in a step is neither averaged nor drawn back in it.
 *  @reference switch EMA (β = 0): Li et al. 2024, arXiv:2402.09240; hare and tortoise (β = ½): Lee et al. 2024,
 *    arXiv:2406.02596; Keras' ema_overwrite_frequency (β = 0); lookahead: a scheme whose updates fall on the
 *    periods, `withFeedback(exponential({ decay: (1 − α) ** (1 / k) }), { every: k, period: k })`
 *  @example withFeedback(exponential({ decay: 0.999 }), { period: 100 })(adam({ learningRate: 1e-3 })) */
export const withFeedback = <H extends Host, U extends Unit, E>(scheme: Scheme<H, U, E>, given: FeedbackOptions) => {
  checkScheme('withFeedback', scheme)
  const { name, period, keep, ...beat } = parse(given)
  const rule = schemeRule('withFeedback', scheme, beat)
  const parts = {
    name: 'feedback',
    slots: { average: copied },
    host: { init: rule.init, next: rule.next },
    scalars: (host: Host, extra: unknown) => {
      const c = rule.coefficient(host, extra)
      return { c, d: 1 - c, pull: 1 - keep }
    },
  }
  const forms = ['rest', 'near', 'far'] as const
  const equations = Object.fromEntries(
    forms.flatMap((form) =>
      [false, true].map((back) => [
        `${form} ${back}`,
        equationOf(parts)((A) => ({ update, param, average }, { c, d, pull }) => {
          const x = A.applied(param, update)
          const next = form === 'rest' ? average : moved(A, form === 'far')(average, x, { c, d })
          return { update: back ? A.sub(update, A.mul(pull, A.sub(x, next))) : update, average: next }
        }),
      ]),
    ),
  )
  const equationFor = (form: (typeof forms)[number], back: boolean) =>
    must(equations[`${form} ${back}`], 'form of withFeedback')
  const any = equationFor('near', false)
  const lift = observed({
    owner: 'withFeedback',
    description: { name: 'feedback', options: { [scheme.name]: scheme.options, name, period, keep, ...beat } },
    name,
    host: any.host,
    slots: any.slots,
    choose: (host, extra) => {
      const { t } = phaseOf(beat, host)
      const c = rule.coefficient(host, extra)
      const begun = t > 0
      return equationFor(c === 0 ? 'rest' : c <= 0.5 ? 'near' : 'far', begun && t % period === 0)
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<FedBack<LambdaOf<T>, H, U>, ExtraOf<T> & Told<U, E>> =>
    lift(inner)
}

const { order: _order, ...beats } = beatOptions

const parse = options('withFeedback', {
  ...beats,
  period: required(positiveCount),
  keep: withDefault(unitInterval, 0),
})
