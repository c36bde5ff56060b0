import { copied, perTree } from '../equation/Slot.js'
import { positive } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { steadyEquation } from '../transformation/steadyEquation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `scaleByDowg`. */
export interface ScaleByDowgOptions {
  /** The squared distance that is assumed at first, > 0. Default eps. */
  readonly initEstimSqDist?: number
  /** Added to the root, > 0.
   *
   *  @defaultValue 1e-4 */
  readonly eps?: number
}

/** The state of `scaleByDowg`. */
export interface ScaleByDowgState<P> {
  /** The parameters at the start. */
  readonly initParams: P
  /** The sum of squares of all gradients, weighted by the distances at their time: one number. */
  readonly weightedSqNormGrads: Tensor
  /** The square of how far the parameters have come at most: one number. */
  readonly estimSqDist: Tensor
}

/** `ScaleByDowgState` as a function of the parameters. */
export interface ScaleByDowg extends StateLambda {
  readonly State: ScaleByDowgState<this['Params']>
}

/** A learning rate that needs no tuning: distance over gradients, each weighted by the distance at its time.
 *
 *  ```text
 *  d² = max(d², ‖p − p₀‖²)     G = G + d²·‖g‖²     u = d²/(√G + ε)·g        ‖·‖ over the tree
 *  ```
 *
 *  @shapes state `{ initParams, weightedSqNormGrads, estimSqDist }`; initParams like the parameters, the others one
 *    number for the tree.
 *  @units those of the parameters. u points uphill.
 *  @departs nothing.
 *  @reference Khaled, Mishchenko & Jin 2023, arXiv:2305.16284; optax.contrib.scale_by_dowg
 *  @example chain(scaleByDowg(), scale({ stepSize: -1 })) */
export const scaleByDowg = (given?: ScaleByDowgOptions): Transformation<ScaleByDowg> => {
  const checked = parse(given)
  const { initEstimSqDist, eps } = checked
  return steadyEquation({
    name: 'scaleByDowg',
    options: { initEstimSqDist: initEstimSqDist ?? eps, eps },
    slots: { initParams: copied, weightedSqNormGrads: perTree(0), estimSqDist: perTree(initEstimSqDist ?? eps) },
    scalars: () => ({ eps }),
  })((A) => ({ update: g, param, initParams, weightedSqNormGrads, estimSqDist }, { eps }) => {
    const gone = A.sub(param, initParams)
    const square = A.max(estimSqDist, A.treeSum(A.mul(gone, gone)))
    const sum = A.add(weightedSqNormGrads, A.mul(square, A.treeSum(A.mul(g, g))))
    return {
      update: A.mul(A.div(square, A.add(A.sqrt(sum), eps)), g),
      initParams,
      weightedSqNormGrads: sum,
      estimSqDist: square,
    }
  })
}

const parse = options('scaleByDowg', {
  initEstimSqDist: optional(positive),
  eps: withDefault(positive, 1e-4),
})
