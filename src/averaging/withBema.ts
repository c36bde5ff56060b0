import type { Host } from '../equation/Host.js'
import { copied } from '../equation/Slot.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { beatOptions } from './beatOptions.js'
import { moved, seen } from './moved.js'
import { observed } from './observed.js'
import { phaseOf, schemeRule } from './schemeRule.js'
import { bema, bemaOptions, type BemaOptions } from './schemes/bema.js'
import type { AverageOptions } from './withAverage.js'

/** How BEMA averages and corrects. */
export interface WithBemaOptions extends BemaOptions, Omit<AverageOptions, 'precision'> {
  /** The power η with which the correction falls, ≥ 0; the larger, the closer to the plain average.
   *
   *  @defaultValue 0.2 */
  readonly biasPower?: number
}

/** What `withBema` keeps beside the average that one evaluates with. */
export interface BiasCorrection<P> {
  /** The average without the correction. */
  readonly ema: P
  /** The parameters at the start, which the correction leads away from. */
  readonly initial: P
}

/** The state of `withBema`. */
export interface BiasCorrected<F extends StateLambda> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> & BiasCorrection<this['Params']>
}

/** BEMA: an average whose lag behind the start is made up for.
 *
 *  ```text
 *  E ← E − c·(E − x)        A = E + α·(x − x₀)        c = max((ρ+γt)^−κ, least),  α = (ρ+γt)^−η
 *  ```
 *
 *  @shapes state `{ inner, average, ema, initial, count }`: three copies of the parameters.
 *  @throws `RangeError`/`TypeError` for options out of range, and two averages with one name.
 *  @laws a constant is kept bitwise; with a large η it is `withAverage(bema())`. Between updates the average rests.
 *    Not convex: it extrapolates.
 *  @departs the start x₀ is what `init` was given, or the parameters at `start`; trl takes those of the first update.
 *  @reference Block & Zhang 2025, arXiv:2508.00180; trl.BEMACallback (there every: 400)
 *  @example withBema({ every: 400 })(adamw({ learningRate: 1e-5 })) */
export const withBema = (given?: WithBemaOptions) => {
  const checked = parse(given)
  const { name, order, start, before, every, biasPower, ...average } = checked
  const beat = { start, before, every }
  const rule = schemeRule('withBema', bema(average), beat)
  const { lag, multiplier } = average
  const parts = {
    name: 'bema',
    slots: { average: copied, ema: copied, initial: copied },
    host: { init: rule.init, next: rule.next },
    scalars: (host: Host, extra: unknown) => {
      const c = rule.coefficient(host, extra)
      const { t } = phaseOf(beat, host)
      return { c, d: 1 - c, alpha: t > 0 ? (lag + multiplier * t) ** -biasPower : 0 }
    },
    observes: true,
  }
  const begin = steadyEquationOf(parts)((A) => ({ update, param }) => {
    const x = seen(A, order, { param, update })
    return { update, average: x, ema: x, initial: x }
  })
  const rest = steadyEquationOf(parts)(() => ({ update, average, ema, initial }) => ({ update, average, ema, initial }))
  const moves = (far: boolean) =>
    steadyEquationOf(parts)((A) => ({ update, param, ema, initial }, { c, d, alpha }) => {
      const x = seen(A, order, { param, update })
      const next = moved(A, far)(ema, x, { c, d })
      return { update, average: A.sub(next, A.mul(alpha, A.sub(initial, x))), ema: next, initial }
    })
  const [near, far] = [moves(false), moves(true)]
  const lift = observed({
    owner: 'withBema',
    description: { name: 'bema', options: checked },
    name,
    host: near.host,
    slots: near.slots,
    choose: (host, extra) => {
      const { phase } = phaseOf(beat, host)
      return phase === 'begin' ? begin : phase === 'rest' ? rest : rule.coefficient(host, extra) <= 0.5 ? near : far
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<BiasCorrected<LambdaOf<T>>, ExtraOf<T>> => lift(inner)
}

const parse = options('withBema', { ...beatOptions, ...bemaOptions, biasPower: withDefault(nonNegative, 0.2) })
