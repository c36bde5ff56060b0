import type { Host } from '../equation/Host.js'
import { copied } from '../equation/Slot.js'
import { options } from '../scalars/options.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { beatOptions } from './beatOptions.js'
import { checkScheme } from './checkScheme.js'
import { moved, seen } from './moved.js'
import { observed } from './observed.js'
import type { Scheme, Told, Unit } from './Scheme.js'
import { schemeRule } from './schemeRule.js'
import type { AverageOptions, Clocked } from './withAverage.js'

/** What `withDoubleAverage` keeps beside the average that one evaluates with. */
export interface TwoAverages<P> {
  /** The average of the parameters. */
  readonly first: P
  /** The average of that average. */
  readonly second: P
}

/** The state of `withDoubleAverage`. */
export interface Doubled<F extends StateLambda, H, U> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> &
    TwoAverages<this['Params']> & { readonly [K in keyof H]: number } & (U extends 'steps' ? {} : Clocked)
}

/** A double average: the lag that an average has behind parameters that drift, taken out again.
 *
 *  ```text
 *  E₁ ← E₁ − c·(E₁ − x)        E₂ ← E₂ − c·(E₂ − E₁)        A = 2·E₁ − E₂ = E₁ − (E₂ − E₁)
 *  ```
 *
 *  @shapes state `{ inner, average, first, second, count }`: three copies of the parameters.
 *  @throws as `withAverage`.
 *  @laws a constant is kept bitwise; of parameters that drift steadily the average has no lag in the end. Not convex:
 *    it extrapolates.
 *  @reference Mulloy 1994; Chen et al. 2023 (DEMA), with `exponential`
 *  @example withDoubleAverage(exponential({ decay: 0.99 }))(adam({ learningRate: 1e-3 })) */
export const withDoubleAverage = <H extends Host, U extends Unit, E>(
  scheme: Scheme<H, U, E>,
  given?: Omit<AverageOptions, 'precision'>,
) => {
  checkScheme('withDoubleAverage', scheme)
  const { name, order, ...beat } = parse(given)
  const rule = schemeRule('withDoubleAverage', scheme, beat)
  const parts = {
    name: 'doubleAverage',
    slots: { average: copied, first: copied, second: copied },
    host: { init: rule.init, next: rule.next },
    scalars: (host: Host, extra: unknown) => {
      const c = rule.coefficient(host, extra)
      return { c, d: 1 - c }
    },
    observes: true,
  }
  const moves = (far: boolean) =>
    steadyEquationOf(parts)((A) => ({ update, param, first, second }, scalars) => {
      const move = moved(A, far)
      const once = move(first, seen(A, order, { param, update }), scalars)
      const twice = move(second, once, scalars)
      return { update, average: A.sub(once, A.sub(twice, once)), first: once, second: twice }
    })
  const [near, far] = [moves(false), moves(true)]
  const rest = steadyEquationOf(parts)(() => ({ update, average, first, second }) => ({
    update,
    average,
    first,
    second,
  }))
  const lift = observed({
    owner: 'withDoubleAverage',
    description: { name: 'doubleAverage', options: { [scheme.name]: scheme.options, name, order, ...beat } },
    name,
    host: near.host,
    slots: near.slots,
    choose: (host, extra) => {
      const c = rule.coefficient(host, extra)
      return c === 0 ? rest : c <= 0.5 ? near : far
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<Doubled<LambdaOf<T>, H, U>, ExtraOf<T> & Told<U, E>> =>
    lift(inner)
}

const parse = options('withDoubleAverage', beatOptions)
