import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Options of `clip`. */
export interface ClipOptions {
  /** The largest absolute value of an element. */
  readonly maxDelta: number
}

/** Clips every element.
 *
 *  ```text
 *  u = min(max(g, −maxDelta), maxDelta)
 *  ```
 *
 *  @shapes any; no state.
 *  @units maxDelta is in the updates' units.
 *  @laws idempotent; NaN stays NaN.
 *  @reference optax.clip
 *  @example chain(clip({ maxDelta: 1 }), adam({ learningRate: 1e-3 })) */
export const clip = (given: ClipOptions): Transformation<Stateless> => {
  const { maxDelta } = parse(given)
  return equation({ name: 'clip', options: { maxDelta }, scalars: () => ({ most: maxDelta, least: -maxDelta }) })(
    (A) =>
      ({ update }, { most, least }) => ({ update: A.min(most, A.max(least, update)) }),
  )
}

const parse = optionsFor<ClipOptions>()('clip', { maxDelta: required(nonNegative) })
