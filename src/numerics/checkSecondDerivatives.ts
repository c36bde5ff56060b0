import { nth } from '../scalars/nth.js'
import * as tf from '@tensorflow/tfjs-core'
import { fn } from '../scalars/kinds.js'
import { positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { floatsAt } from '../tensors/checkedTensors.js'

/** What is checked. */
export interface SecondDerivativesOptions {
  /** The loss of one tensor of parameters, by differentiable operations: a number. */
  readonly lossFn: (params: tf.Tensor) => tf.Tensor
  /** How far the gradients of the difference stand apart, > 0.
   *
   *  @defaultValue 1e-3 */
  readonly epsilon?: number
  /** The largest error, over the largest element of the difference, at which both still count as equal, > 0.
   *
   *  @defaultValue 0.02 */
  readonly tolerance?: number
}

/** What a gradient of a gradient is worth for a loss. */
export interface SecondDerivatives {
  /** 'right' where it agrees with the difference of gradients, 'wrong' where not, 'throws' where tfjs refuses. */
  readonly verdict: 'right' | 'wrong' | 'throws'
  /** The largest error over the largest element of the difference; NaN where it throws. */
  readonly error: number
  /** What was thrown. */
  readonly message?: string
}

/** Says whether TensorFlow.js differentiates the gradient of a loss rightly: many of its derivatives are written in terms
 *  of their own output, which a second one takes as a constant. Nothing warns of it. The table is that of tfjs 4.22 on cpu
 *  and wasm; `hutchinsonDiagHessian` needs no second derivative, for it takes the difference.
 *
 *  ```text
 *  H·z by a gradient of the gradient, against (∇f(p + εz) − ∇f(p − εz))/2ε        z = ±1, drawn
 *  right           add, sub, mul, div, square, sqrt, rsqrt, log, softplus, erf, relu, maximum, matMul, mean, sum, norm,
 *                  cumsum, concat, slice, reshape, transpose, batchNorm, moments, gather (cpu)
 *  silently wrong  square(tanh(x)) by 98 %, square(sigmoid(x)) by 179 %, square(softmax(x)) by 16 %,
 *                  square(logSoftmax(x)) by 52 %
 *  throws          exp, tanh and sigmoid alone, softmaxCrossEntropy, logSumExp, max, elu, selu, leakyRelu, prod,
 *                  einsum (cpu), the filters of convolutions, pools
 *  ```
 *
 *  @shapes params: any; the loss is a number.
 *  @units error is relative. The difference itself is right to about 1e-3 in float32 with the default ε.
 *  @throws whatever `lossFn` throws at the parameters; `TypeError` where they are not float32.
 *  @laws leaves no tensor behind, but where tfjs throws: it loses what it had saved for the gradient. A quadratic is right.
 *  @example checkSecondDerivatives(tf.tensor1d([0.5, -1]), { lossFn: (w) => tf.sum(tf.square(tf.tanh(w))) }).verdict // 'wrong' */
export const checkSecondDerivatives = (params: tf.Tensor, given: SecondDerivativesOptions): SecondDerivatives => {
  const { lossFn, epsilon, tolerance } = parse(given)
  // the error, or what was thrown
  const found = tf.tidy((): number | string => {
    const at = floatsAt({ where: 'checkSecondDerivatives', name: 'params' }, params)
    const signs = tf.sub(
      tf.mul(2, tf.cast(tf.greater(tf.randomUniform(at.shape, 0, 1, 'float32', seedOf('signs')), 0.5), 'float32')),
      1,
    )
    const loss = (x: tf.Tensor): tf.Scalar => tf.sum(lossFn(x)) // a number, whatever its rank
    const slope = tf.grad(loss)
    const moved = (side: number): tf.Tensor => slope(tf.add(at, tf.mul(signs, side * epsilon)))
    const difference = tf.div(tf.sub(moved(1), moved(-1)), 2 * epsilon)
    const twice = attempted(() => tf.grad((x: tf.Tensor) => tf.sum(tf.mul(slope(x), signs)))(at))
    if ('message' in twice) return twice.message
    const most = (x: tf.Tensor): number => nth(tf.max(tf.abs(x)).dataSync(), 0)
    const apart = most(tf.sub(twice.value, difference))
    return apart === 0 ? 0 : apart / Math.max(most(difference), Number.MIN_VALUE)
  })
  return typeof found === 'string'
    ? { verdict: 'throws', error: Number.NaN, message: found }
    : { verdict: found <= tolerance ? 'right' : 'wrong', error: found }
}

const attempted = (f: () => tf.Tensor): { readonly value: tf.Tensor } | { readonly message: string } => {
  try {
    return { value: f() }
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) }
  }
}

const parse = options('checkSecondDerivatives', {
  lossFn: required(
    fn<SecondDerivativesOptions['lossFn']>(
      'a function of a tensor that returns a number',
      '(w) => tf.sum(tf.square(w))',
    ),
  ),
  epsilon: withDefault(positive, 1e-3),
  tolerance: withDefault(positive, 0.02),
})
