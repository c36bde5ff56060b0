import type { Host } from '../equation/Host.js'
import { copied } from '../equation/Slot.js'
import { positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { beatOptions } from './beatOptions.js'
import { checkScheme } from './checkScheme.js'
import { moved, seen } from './moved.js'
import { observed } from './observed.js'
import type { Scheme } from './Scheme.js'
import { phaseOf, schemeRule } from './schemeRule.js'
import type { AverageOptions } from './withAverage.js'

/** How OU-EMA corrects. */
export interface OuAverageOptions extends Omit<AverageOptions, 'precision'> {
  /** The power η with which the correction falls, above 0.
   *
   *  @defaultValue 0.5 */
  readonly biasPower?: number
}

/** What `withOuAverage` keeps beside the average. */
export interface Origin<P> {
  /** The parameters at the start. */
  readonly initial: P
}

/** The state of `withOuAverage`. */
export interface OuAveraging<F extends StateLambda, H> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> &
    Origin<this['Params']> & { readonly [K in keyof H]: number }
}

/** OU-EMA: the average of parameters that were led away from the start before, as if training were an
 *  Ornstein–Uhlenbeck process.
 *
 *  ```text
 *  x̂ = x/(1 − q) − x₀·q/(1 − q) = x − w·(x₀ − x)        q = (1+t)^−η,  w = q/(1 − q)        A ← A − c·(A − x̂)
 *  ```
 *
 *  @shapes state `{ inner, average, initial, count }`: two copies of the parameters.
 *  @throws as `withAverage`, and `RangeError` for an η that is not above 0.
 *  @laws a constant is kept bitwise; with a large η it is `withAverage`. Not convex: it extrapolates.
 *  @reference Block & Zhang 2025, arXiv:2508.00180
 *  @example withOuAverage(exponential({ decay: 0.99 }))(adam({ learningRate: 1e-3 })) */
export const withOuAverage = <H extends Host>(scheme: Scheme<H>, given?: OuAverageOptions) => {
  checkScheme('withOuAverage', scheme)
  const { name, order, biasPower, ...beat } = parse(given)
  const rule = schemeRule('withOuAverage', scheme, beat)
  const parts = {
    name: 'ouAverage',
    slots: { average: copied, initial: copied },
    host: { init: rule.init, next: rule.next },
    scalars: (host: Host, extra: unknown) => {
      const c = rule.coefficient(host, extra)
      const { t } = phaseOf(beat, host)
      return { c, d: 1 - c, w: t > 0 ? 1 / Math.expm1(biasPower * Math.log1p(t)) : 0 }
    },
    observes: true,
  }
  const begin = steadyEquationOf(parts)((A) => ({ update, param }) => {
    const x = seen(A, order, { param, update })
    return { update, average: x, initial: x }
  })
  const rest = steadyEquationOf(parts)(() => ({ update, average, initial }) => ({ update, average, initial }))
  const moves = (far: boolean) =>
    steadyEquationOf(parts)((A) => ({ update, param, average, initial }, { c, d, w }) => {
      const x = seen(A, order, { param, update })
      const led = A.sub(x, A.mul(w, A.sub(initial, x)))
      return { update, average: moved(A, far)(average, led, { c, d }), initial }
    })
  const [near, far] = [moves(false), moves(true)]
  const lift = observed({
    owner: 'withOuAverage',
    description: { name: 'ouAverage', options: { [scheme.name]: scheme.options, name, order, biasPower, ...beat } },
    name,
    host: near.host,
    slots: near.slots,
    choose: (host, extra) => {
      const { phase } = phaseOf(beat, host)
      const c = rule.coefficient(host, extra)
      return phase === 'begin' ? begin : c === 0 ? rest : c <= 0.5 ? near : far
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<OuAveraging<LambdaOf<T>, H>, ExtraOf<T>> => lift(inner)
}

const parse = options('withOuAverage', { ...beatOptions, biasPower: withDefault(positive, 0.5) })
