import { filled } from '../equation/Slot.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByRss`. */
export interface ScaleByRssOptions {
  /** Where the accumulator starts.
   *
   *  @defaultValue 0.1 */
  readonly initialAccumulatorValue?: number
  /** Added under the root; where the sum is zero the update is zero.
   *
   *  @defaultValue 1e-7 */
  readonly eps?: number
}

/** The state of `scaleByRss`. */
export interface ScaleByRssState<P> {
  /** The sum of squares of all gradients. */
  readonly sumOfSquares: P
}

/** `ScaleByRssState` as a function of the parameters. */
export interface ScaleByRss extends StateLambda {
  readonly State: ScaleByRssState<this['Params']>
}

/** Rescales by the root of the sum of all squares so far.
 *
 *  ```text
 *  S = S + g²     u = g/√(S + ε) where S > 0, else 0
 *  ```
 *
 *  @shapes state `{ sumOfSquares }`, like the parameters, filled with `initialAccumulatorValue`.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make the sum infinite for good: clip them before.
 *  @laws the effective rate never rises.
 *  @reference Duchi, Hazan & Singer 2011; optax.scale_by_rss
 *  @example chain(scaleByRss(), scaleByLearningRate({ learningRate: 1e-2 })) */
export const scaleByRss = (given?: ScaleByRssOptions): Transformation<ScaleByRss> => {
  const checked = parse(given)
  const { initialAccumulatorValue, eps } = checked
  return equation({
    name: 'scaleByRss',
    options: checked,
    slots: { sumOfSquares: filled(initialAccumulatorValue) },
    scalars: () => ({ eps }),
  })((A) => ({ update: g, sumOfSquares }, { eps }) => {
    const sum = A.add(sumOfSquares, A.mul(g, g))
    // The divisor is chosen, not the quotient: a gradient that is not a number must show.
    const root = A.where(A.less(A.lit(0), sum), A.sqrt(A.add(sum, eps)), A.lit(Number.POSITIVE_INFINITY))
    return { update: A.div(g, root), sumOfSquares: sum }
  })
}

const parse = optionsFor<ScaleByRssOptions>()('scaleByRss', {
  initialAccumulatorValue: withDefault(nonNegative, 0.1),
  eps: withDefault(nonNegative, 1e-7),
})
