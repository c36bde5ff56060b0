import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { inProportion } from './inProportion.js'

/** Options of `scaleByTrustRatio`. */
export interface ScaleByTrustRatioOptions {
  /** The least norm that a leaf is taken to have.
   *
   *  @defaultValue 0 */
  readonly minNorm?: number
  /** What the ratio of norms is multiplied with.
   *
   *  @defaultValue 1 */
  readonly trustCoefficient?: number
  /** Added to the norm of the update before dividing.
   *
   *  @defaultValue 0 */
  readonly eps?: number
}

/** Scales the update of each leaf to the size of its parameters.
 *
 *  ```text
 *  a = max(‖p‖, minNorm)     b = max(‖g‖, minNorm)     u = g·(coefficient·a / (b + ε)),   or g where a or b is 0
 *  ‖·‖ over one leaf
 *  ```
 *
 *  @shapes any; no state.
 *  @units those of the parameters.
 *  @laws invariant to the scale of each leaf's gradients where ε and minNorm are 0.
 *  @departs where a norm is 0 the ratio is 1, not the coefficient; it works on biases too: use `masked` to leave them
 *    out.
 *  @reference You et al. 2017, arXiv:1708.03888; optax.scale_by_trust_ratio
 *  @example chain(scaleByAdam(), scaleByTrustRatio(), scaleByLearningRate({ learningRate: 1e-2 })) */
export const scaleByTrustRatio = (given?: ScaleByTrustRatioOptions): Transformation<Stateless> => {
  const checked = parse(given)
  const { minNorm, trustCoefficient, eps } = checked
  return equation({
    name: 'scaleByTrustRatio',
    options: checked,
    scalars: () => ({ least: minNorm, coefficient: trustCoefficient, eps }),
  })((A) => ({ update: g, param }, { least, coefficient, eps }) => {
    const norm = (x: typeof g) => A.max(A.leafNorm(x), least)
    const a = norm(param)
    const b = norm(g)
    const idle = A.or(A.equal(a, A.lit(0)), A.equal(b, A.lit(0)))
    return { update: A.where(idle, g, inProportion(A)(g, A.mul(coefficient, a), A.add(b, eps))) }
  })
}

const parse = optionsFor<ScaleByTrustRatioOptions>()('scaleByTrustRatio', {
  minNorm: withDefault(nonNegative, 0),
  trustCoefficient: withDefault(nonNegative, 1),
  eps: withDefault(nonNegative, 0),
})
