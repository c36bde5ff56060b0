import { tensorAt } from '../tensors/checkedTensors.js'
import * as tf from '@tensorflow/tfjs-core'
import { positive } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { select } from '../tensors/select.js'

/** Options of `unitwiseClip`. */
export interface UnitwiseClipOptions {
  /** The least norm that is divided by.
   *
   *  @defaultValue 1e-6 */
  readonly divEps?: number
}

/** Scales down what is too large, given the norms of its units (`unitwiseNorm`) and their bounds.
 *
 *  ```text
 *  u = g where gNorm < maxNorm, else g·maxNorm/max(gNorm, divEps)
 *  ```
 *
 *  @shapes all alike.
 *  @reference optax.transforms.unitwise_clip
 *  @example unitwiseClip(unitwiseNorm(params.dense.kernel), tf.onesLike(params.dense.kernel), params.dense.kernel) */
export const unitwiseClip = (
  gNorm: tf.Tensor,
  maxNorm: tf.Tensor,
  grad: tf.Tensor,
  given?: UnitwiseClipOptions,
): tf.Tensor => {
  const { divEps } = parse(given)
  for (const [name, x] of Object.entries({ gNorm, maxNorm, grad })) tensorAt({ where: 'unitwiseClip', name }, x)
  for (const [name, { shape }] of [
    ['gNorm', gNorm],
    ['maxNorm', maxNorm],
  ] as const)
    if (shape.join() !== grad.shape.join())
      throw new TypeError(
        `unitwiseClip: ${name} has the shape [${shape.join(', ')}], grad [${grad.shape.join(', ')}]. Give all three one shape.`,
      )
  return tf.tidy(() => select(tf.less(gNorm, maxNorm), grad, tf.mul(grad, tf.div(maxNorm, tf.maximum(gNorm, divEps)))))
}

const parse = optionsFor<UnitwiseClipOptions>()('unitwiseClip', { divEps: withDefault(positive, 1e-6) })
