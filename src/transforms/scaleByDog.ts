import { copied, perTree } from '../equation/Slot.js'
import { oneOf, pairOf } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { counting } from '../transformation/equation.js'
import { steadyEquation } from '../transformation/steadyEquation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Options of `scaleByDog`. */
export interface ScaleByDogOptions {
  /** How the first step is made: as long as a `distance`, a distance relative to the parameters (`heuristic`: value
   *  times 1 + ‖p₀‖), or by a `learningRate`. Default ['heuristic', 1e-6]. */
  readonly initStep?: readonly ['distance' | 'heuristic' | 'learningRate', number]
  /** Added to the sum of squares.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
}

/** The state of `scaleByDog`. */
export interface ScaleByDogState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** How far the parameters have come at most: one number. */
  readonly maxDist: Tensor
  /** The sum of squares of all gradients: one number. */
  readonly sumSqNormGrads: Tensor
  /** The parameters at the start. */
  readonly initParams: P
}

/** `ScaleByDogState` as a function of the parameters. */
export interface ScaleByDog extends StateLambda {
  readonly State: ScaleByDogState<this['Params']>
}

/** A learning rate that needs no tuning: how far the parameters have come, over all gradients so far.
 *
 *  ```text
 *  d = max(d, ‖p − p₀‖)     G = G + ‖g‖²     u = d/√(G + ε)·g        ‖·‖ over the tree
 *  ```
 *
 *  @shapes state `{ count, maxDist, sumSqNormGrads, initParams }`; maxDist and sumSqNormGrads one number for the tree,
 *    initParams like the parameters.
 *  @units those of the parameters. u points uphill. Gradients from 1.8e19 on make the sum infinite for good.
 *  @laws with `distance` and `heuristic`, invariant to the scale of gradients where ε is far below them.
 *  @departs with `heuristic` the distance is 0 until the first gradient, which starts it, however late it comes; optax
 *    fills it at init. Gradients of zero start nothing; with `learningRate` nothing moves after them in optax.
 *    `scaleByDistanceOverGradients` is the same leaf by leaf (L-DoG).
 *  @reference Ivgi, Hinder & Carmon 2023, arXiv:2302.12022; optax.contrib.scale_by_dog
 *  @example chain(scaleByDog(), scale({ stepSize: -1 })) */
export const scaleByDog = (given?: ScaleByDogOptions): Transformation<ScaleByDog> => {
  const checked = parse(given)
  const { initStep, eps } = checked
  const [kind, value] = initStep
  return steadyEquation({
    name: 'scaleByDog',
    options: checked,
    host: counting,
    slots: { maxDist: perTree(kind === 'distance' ? value : 0), sumSqNormGrads: perTree(0), initParams: copied },
    scalars: () => ({ first: value, eps }),
  })((A) => ({ update: g, param, maxDist, sumSqNormGrads, initParams }, { first, eps }) => {
    // Read off what a first gradient leaves behind: one may come late, and a count goes on without it.
    const later = A.less(A.lit(0), sumSqNormGrads)
    const gone = A.sub(param, initParams)
    // One norm serves both: that of the parameters at first, that of the way from them later.
    const length = A.treeNorm(kind === 'heuristic' ? A.where(later, gone, initParams) : gone)
    const far = A.max(maxDist, length)
    const distance = kind === 'heuristic' ? A.where(later, far, A.mul(first, A.add(A.lit(1), length))) : far
    const sum = A.add(sumSqNormGrads, A.treeSum(A.mul(g, g)))
    const rate = A.div(distance, A.sqrt(A.add(sum, eps)))
    return {
      update: A.mul(kind === 'learningRate' ? A.where(later, rate, first) : rate, g),
      maxDist: distance,
      sumSqNormGrads: sum,
      initParams,
    }
  })
}

const parse = options('scaleByDog', {
  initStep: withDefault(pairOf(oneOf('distance', 'heuristic', 'learningRate'), nonNegative), ['heuristic', 1e-6]),
  eps: withDefault(nonNegative, 1e-8),
})
