import * as tf from '@tensorflow/tfjs-core'
import { fn } from '../scalars/kinds.js'
import { positive } from '../scalars/numbers.js'
import { must } from '../scalars/must.js'
import { options, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { ownLeaves } from '../tree/ownLeaves.js'
import { pathAt } from '../tree/Skeleton.js'

/** What an estimate of the Hessian's diagonal is made of. */
export interface HutchinsonOptions {
  /** The gradient of the loss at parameters, as `grad(loss)` gives it; what it returns is disposed. */
  // whoever hands it in knows the type of the parameters
  readonly gradFn: (params: never) => unknown
  /** How far the gradients stand apart, > 0.
   *
   *  @defaultValue 1e-3 */
  readonly epsilon?: number
}

/** The diagonal of a Hessian by one random vector of signs: the extra `curvature` of `sophia`.
 *
 *  ```text
 *  z·(g(p + εz) − g(p − εz))/2ε        z = ±1, drawn from key and path
 *  ```
 *
 *  @shapes those of the parameters; `null` where there is no gradient.
 *  @throws whatever `gradFn` throws; `TreeMismatch` where its result is not like the parameters.
 *  @laws exact for a quadratic with a diagonal Hessian, up to rounding; its mean over keys is the diagonal.
 *  @departs optax takes the derivative of the gradient. Here it is a central difference, with two gradients: in
 *    TensorFlow.js a gradient of a gradient is silently wrong through tanh, sigmoid and softmax.
 *  @reference Hutchinson 1990; Liu et al. 2023, arXiv:2305.14342; optax.contrib.hutchinson_estimator_diag_hessian
 *  @example hutchinsonDiagHessian({ gradFn: (params: { w: tf.Tensor }) => ({ w: tf.mul(params.w, 2) }) }) */
export const hutchinsonDiagHessian = (given: HutchinsonOptions) => {
  const { gradFn, epsilon } = parse(given)
  return (params: unknown, key: number): unknown => {
    const { skeleton, leaves } = ownLeaves<tf.Tensor>(params, 'params')
    const signs = leaves.map((leaf, i) => drawn(leaf, `${key}/${pathAt(skeleton, i)}`))
    const gradients = (side: number): unknown => {
      const moved = leaves.map((leaf, i) =>
        tf.tidy(() => tf.add(leaf, tf.mul(must(signs[i], 'sign of a leaf'), side * epsilon))),
      )
      const made = gradFn(buildTree(skeleton, moved) as never) // of the type of the parameters
      disposeExcept(moved, [made, params])
      return made
    }
    const sides = [gradients(1), gradients(-1)]
    const [ahead = [], behind = []] = sides.map((tree) =>
      leavesOf<tf.Tensor>(skeleton, tree, { where: 'what gradFn returns', nullable: true, alike: true }),
    )
    const estimate = signs.map((z, i) => {
      const [x, y] = [ahead[i] ?? null, behind[i] ?? null]
      return x === null || y === null ? null : tf.tidy(() => tf.mul(z, tf.div(tf.sub(x, y), 2 * epsilon)))
    })
    disposeExcept([sides, signs], params)
    return buildTree(skeleton, estimate)
  }
}

/** A tensor of signs. */
const drawn = ({ shape }: tf.Tensor, text: string): tf.Tensor =>
  tf.tidy(() =>
    tf.sub(tf.mul(2, tf.cast(tf.greater(tf.randomUniform(shape, 0, 1, 'float32', seedOf(text)), 0.5), 'float32')), 1),
  )

const parse = options('hutchinsonDiagHessian', {
  gradFn: required(fn<HutchinsonOptions['gradFn']>('a function of parameters that returns gradients', 'grad(loss)')),
  epsilon: withDefault(positive, 1e-3),
})
