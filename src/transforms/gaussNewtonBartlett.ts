import * as tf from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { fn } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'

/** What an estimate of a Gauss–Newton diagonal is made of. */
export interface GaussNewtonBartlettOptions {
  /** The gradient of the mean loss whose labels are drawn from the model's own prediction, by `key`; what it returns is
   *  disposed. */
  // whoever hands it in knows the type of the parameters
  readonly gradFn: (params: never, key: number) => unknown
  /** Of how many examples that mean is: an integer ≥ 1. */
  readonly batchSize: number
}

/** The diagonal of the Gauss–Newton matrix of a log-likelihood by one gradient with labels of the model's own: the extra
 *  `curvature` of `sophia`, never negative.
 *
 *  ```text
 *  batchSize·ĝ²        ĝ = gradFn(p, key)
 *  ```
 *
 *  @shapes those of the parameters; `null` where there is no gradient.
 *  @throws whatever `gradFn` throws; `TreeMismatch` where its result is not like the parameters.
 *  @laws never negative; its mean over labels is the diagonal of the Gauss–Newton matrix.
 *  @reference Liu et al. 2023, arXiv:2305.14342, algorithm 2
 *  @example gaussNewtonBartlett({ gradFn: (params: { w: tf.Tensor }) => ({ w: tf.mul(params.w, 2) }), batchSize: 32 }) */
export const gaussNewtonBartlett = (given: GaussNewtonBartlettOptions) => {
  const { gradFn, batchSize } = parse(given)
  return (params: unknown, key: number): unknown => {
    const skeleton = skeletonOf(params, 'params')
    const gradients = gradFn(params as never, key) // of the type of the parameters
    const diagonal = leavesOf<tf.Tensor>(skeleton, gradients, {
      where: 'what gradFn returns',
      nullable: true,
      alike: true,
    }).map((g) => (g === null ? null : tf.tidy(() => tf.mul(batchSize, tf.square(g)))))
    disposeExcept(gradients, params)
    return buildTree(skeleton, diagonal)
  }
}

const parse = options('gaussNewtonBartlett', {
  gradFn: required(
    fn<GaussNewtonBartlettOptions['gradFn']>(
      'a function (params, key) => gradients',
      '(params, key) => grad(loss)(params, x, drawn)',
    ),
  ),
  batchSize: required(positiveCount),
})
