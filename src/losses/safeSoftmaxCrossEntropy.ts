import * as tf from '@tensorflow/tfjs-core'
import { floatsAt, weightsAt } from '../tensors/checkedTensors.js'
import { rowsAlong } from '../tensors/rows.js'
import { softmaxCrossEntropyOfRows } from './softmaxCrossEntropyOfRows.js'

/** The cross entropy along the last axis, where logits may be −∞ and labels 0. `softmaxCrossEntropy` is as safe here;
 *  this is optax' name for it.
 *
 *  ```text
 *  ℓ = −Σ y·log softmax(z), with 0·(−∞) = 0
 *  ```
 *
 *  @shapes logits and labels alike; the result has their shape without the last axis.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, or logits that are not float32; `RangeError` where shapes differ, or there
 *    is no axis.
 *  @reference optax.losses.safe_softmax_cross_entropy
 *  @example tf.mean(safeSoftmaxCrossEntropy(logits, labels)) */
export const safeSoftmaxCrossEntropy = (logits: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const z = floatsAt({ where: 'safeSoftmaxCrossEntropy', name: 'logits' }, logits)
    const y = weightsAt({ where: 'safeSoftmaxCrossEntropy', name: 'labels' }, labels, z, 'logits')
    const rows = rowsAlong('safeSoftmaxCrossEntropy', z.shape, -1)
    return rows.back(softmaxCrossEntropyOfRows(rows.of(z), rows.of(y), undefined))
  })
