import { finite } from '../scalars/numbers.js'
import { optionsFor, required } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Options of `scale`. */
export interface ScaleOptions {
  /** What updates are multiplied with. */
  readonly stepSize: number
}

/** Scales updates by a number.
 *
 *  ```text
 *  u = s·g
 *  ```
 *
 *  @shapes any; no state.
 *  @laws linear; `scale(a)` then `scale(b)` is `scale(a·b)` on exact numbers.
 *  @reference optax.scale
 *  @example scale({ stepSize: -0.1 }) */
export const scale = (given: ScaleOptions): Transformation<Stateless> => {
  const { stepSize } = parse(given)
  return equation({ name: 'scale', options: { stepSize }, scalars: () => ({ s: stepSize }) })(
    (A) =>
      ({ update }, { s }) => ({ update: A.mul(s, update) }),
  )
}

const parse = optionsFor<ScaleOptions>()('scale', { stepSize: required(finite) })
