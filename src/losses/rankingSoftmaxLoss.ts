import * as tf from '@tensorflow/tfjs-core'
import { anything } from '../scalars/kinds.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { floatsAt, maskAt, weightsAt } from '../tensors/checkedTensors.js'
import { masked } from './limits.js'
import { sumOfRows } from '../tensors/sumOfRows.js'
import { rowsAlong } from '../tensors/rows.js'
import { softmaxCrossEntropyOfRows } from './softmaxCrossEntropyOfRows.js'

/** Options of `rankingSoftmaxLoss`. */
export interface RankingSoftmaxLossOptions {
  /** Which elements count: a boolean tensor of the shape of the values. Default: all. */
  readonly where?: tf.Tensor<tf.Rank>
  /** A weight for each item; without them all count alike. */
  readonly weights?: tf.Tensor<tf.Rank>
  /** How the losses of the lists are joined: `'mean'`, `'sum'`, or null for none.
   *
   *  @defaultValue 'mean' */
  readonly reduceFn?: 'mean' | 'sum' | null
}

/** The softmax loss of lists to be ranked: the share of the relevant items.
 *
 *  ```text
 *  ℓ = −Σ w·y·log softmax(z) over the items of a list; then the mean over lists
 *  ```
 *
 *  @shapes logits and labels end in an axis of items and are alike, as are `where` (a mask of items) and `weights`. The
 *    mean, over the lists that have an item, is one number, 0 where there is none; so is `reduceFn: 'sum'`; `null`
 *    gives one for each list, 0 for a list without items.
 *  @units nats, times those of the labels.
 *  @throws `TypeError` for what is no tensor, or logits that are not float32; `RangeError` where shapes differ;
 *    `TypeError` for another `reduceFn`.
 *  @departs an item of label 0 costs 0 even at a logit of −∞: optax gives NaN. `reduceFn` is a word, not a function.
 *  @reference Cao et al. 2007; optax.losses.ranking_softmax_loss
 *  @example rankingSoftmaxLoss(scores, relevance, { where: items }) */
export const rankingSoftmaxLoss = (
  logits: tf.Tensor,
  labels: tf.Tensor,
  given?: RankingSoftmaxLossOptions,
): tf.Tensor => {
  const { where, weights, reduceFn } = parse(given)
  return tf.tidy(() => {
    const z = floatsAt({ where: 'rankingSoftmaxLoss', name: 'logits' }, logits)
    const y = weightsAt({ where: 'rankingSoftmaxLoss', name: 'labels' }, labels, z, 'logits')
    const mask = maskAt('rankingSoftmaxLoss', where, z, 'logits')
    const each =
      weights === undefined
        ? y
        : tf.mul(y, weightsAt({ where: 'rankingSoftmaxLoss', name: 'weights' }, weights, z, 'logits'))
    const rows = rowsAlong('rankingSoftmaxLoss', z.shape, -1)
    const inside = mask === undefined ? undefined : rows.of(mask)
    const lists = softmaxCrossEntropyOfRows(rows.of(z), rows.of(each), inside)
    const there = inside === undefined ? undefined : tf.greater(sumOfRows(tf.cast(inside, 'float32')), 0)
    return reduced(rows.back(lists), there === undefined ? undefined : rows.back(there), reduceFn)
  })
}

const reduced = (lists: tf.Tensor, there: tf.Tensor | undefined, how: 'mean' | 'sum' | null): tf.Tensor => {
  const each = masked(there, lists)
  if (how === null) return there === undefined ? tf.clone(lists) : each
  const total = each.size === 0 ? tf.scalar(0) : tf.sum(each)
  if (how === 'sum') return total
  const count = there === undefined ? tf.scalar(lists.size) : tf.sum(tf.cast(there, 'float32'))
  return tf.div(total, tf.maximum(count, 1))
}

const parse = optionsFor<RankingSoftmaxLossOptions>()('rankingSoftmaxLoss', {
  where: optional(anything<tf.Tensor>('a tensor of booleans', 'mask')),
  weights: optional(anything<tf.Tensor>('a tensor', 'weights')),
  reduceFn: withDefault(anything<'mean' | 'sum' | null>("'mean', 'sum' or null", "'mean'"), 'mean'),
})
