import { copied, perLeaf } from '../equation/Slot.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaves } from '../tree/Tree.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `scaleByDistanceOverGradients`. */
export interface ScaleByDistanceOverGradientsOptions {
  /** The first distance, as a fraction of 1 + ‖params‖.
   *
   *  @defaultValue 1e-6 */
  readonly repsRel?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** What the estimated step size is multiplied with.
   *
   *  @defaultValue 1 */
  readonly globalScale?: number
}

/** The state of `scaleByDistanceOverGradients`. */
export interface ScaleByDistanceOverGradientsState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** How far a leaf has come at most: one number for each. */
  readonly maxDist: Leaves<P, Tensor>
  /** The sum of squares of its gradients: one number for each leaf. */
  readonly gradSumOfSquares: Leaves<P, Tensor>
  /** The parameters at the start. */
  readonly initParams: P
}

/** `ScaleByDistanceOverGradientsState` as a function of the parameters. */
export interface ScaleByDistanceOverGradients extends StateLambda {
  readonly State: ScaleByDistanceOverGradientsState<this['Params']>
}

/** A learning rate for each leaf that needs no tuning: how far it has come, over all gradients so far.
 *
 *  ```text
 *  d = max(d, ‖p − p₀‖)     G = G + ‖g‖²     u = globalScale·d/√(G + ε)·g
 *  at first d = repsRel·(1 + ‖p₀‖); ‖·‖ over one leaf
 *  ```
 *
 *  @shapes state `{ count, maxDist, gradSumOfSquares, initParams }`; maxDist and gradSumOfSquares one number for each
 *    leaf, initParams like the parameters.
 *  @units those of the parameters. u points uphill. As in `scaleByAdam`, gradients from 1.8e19 on make
 *    gradSumOfSquares infinite for good: clip them before.
 *  @departs the state's distances are 0 until the first step, which starts them; optax fills them at init. The numbers
 *    are the same.
 *  @reference Ivgi, Hinder & Carmon 2023, arXiv:2302.12022 (L-DoG); optax.scale_by_distance_over_gradients
 *  @example chain(scaleByDistanceOverGradients(), scale({ stepSize: -1 })) */
export const scaleByDistanceOverGradients = (
  given?: ScaleByDistanceOverGradientsOptions,
): Transformation<ScaleByDistanceOverGradients> => {
  const checked = parse(given)
  const { repsRel, eps, globalScale } = checked
  return equation({
    name: 'scaleByDistanceOverGradients',
    options: checked,
    host: counting,
    slots: { maxDist: perLeaf(0), gradSumOfSquares: perLeaf(0), initParams: copied },
    scalars: () => ({ reps: repsRel, eps, s: globalScale }),
  })((A) => ({ update: g, param, maxDist, gradSumOfSquares, initParams }, { reps, eps, s }) => {
    const gone = A.sub(param, initParams)
    // Read off what a first gradient leaves behind: that of a leaf may come late, and a count goes on without it. Where
    // the first distance is 0, nothing is left, and nothing is needed: it is that of the way.
    const later = repsRel === 0 ? null : A.less(A.lit(0), maxDist)
    // One norm serves both: that of the parameters at first, that of the way from them later.
    const length = A.leafNorm(later === null ? gone : A.where(later, gone, initParams))
    const far = A.max(maxDist, length)
    const distance = later === null ? far : A.where(later, far, A.mul(reps, A.add(A.lit(1), length)))
    const sum = A.add(gradSumOfSquares, A.leafSum(A.mul(g, g)))
    return {
      update: A.mul(A.mul(s, A.div(distance, A.sqrt(A.add(sum, eps)))), g),
      maxDist: distance,
      gradSumOfSquares: sum,
      initParams,
    }
  })
}

const parse = optionsFor<ScaleByDistanceOverGradientsOptions>()('scaleByDistanceOverGradients', {
  repsRel: withDefault(nonNegative, 1e-6),
  eps: withDefault(nonNegative, 1e-8),
  globalScale: withDefault(nonNegative, 1),
})
