import * as tf from '@tensorflow/tfjs-core'
import { axisOption } from '../scalars/axisOption.js'
import { positiveCount } from '../scalars/Count.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** Options of `reshapeBatchAxis`. */
export interface ReshapeBatchAxisOptions {
  /** How many examples a slice has: what the batch can be divided by. */
  readonly microbatchSize: number
  /** Which axis is the batch.
   *
   *  @defaultValue 0 */
  readonly axis?: number
}

/** Splits the axis of the batch in two: slices, and the examples of each. Slices are strided: the i-th of n has the
 *  examples i, i + n, i + 2n, …
 *
 *  ```text
 *  [.., batch, ..] → [.., batch/size, size, ..]
 *  ```
 *
 *  @shapes each leaf has one axis more.
 *  @throws `RangeError` where a batch cannot be divided by the size, or an axis is not there.
 *  @reference optax.microbatching.reshape_batch_axis
 *  @example reshapeBatchAxis(tf.tensor1d([0, 1, 2, 3, 4, 5]), { microbatchSize: 2 })   // [[0, 3], [1, 4], [2, 5]] */
export const reshapeBatchAxis = <P>(
  ...[tree, given]: readonly [tree: P & TreeOf<P>, options: ReshapeBatchAxisOptions]
): Leaves<P, tf.Tensor> => {
  const { microbatchSize, axis } = parse(given)
  return mapTree((x, path) => tf.tidy(() => sliced('reshapeBatchAxis', x, path, microbatchSize, axis)))(tree)
}

/** The size of a batch, where a leaf has that axis.
 *
 *  @internal */
export const batchOf = (where: string, x: tf.Tensor, path: string, axis: number): number => {
  const size = x.shape[axis < 0 ? axis + x.rank : axis]
  if (size !== undefined) return size
  throw new RangeError(
    `${where}: at ${path === '' ? 'the root' : path}, expected a tensor with the axis ${axis}, found the shape [${x.shape.join(', ')}]. The batch is an axis of every leaf.`,
  )
}

/** One leaf, split. */
const sliced = (where: string, x: tf.Tensor, path: string, size: number, axis: number): tf.Tensor => {
  const batch = batchOf(where, x, path, axis)
  if (batch % size !== 0)
    throw new RangeError(
      `${where}: the batch must be a multiple of microbatchSize, found ${batch} and ${size}. Choose a divisor of ${batch}, or fill the batch up.`,
    )
  const at = axis < 0 ? axis + x.rank : axis
  const apart = tf.reshape(x, [...x.shape.slice(0, at), size, batch / size, ...x.shape.slice(at + 1)])
  const order = apart.shape.map((_, i) => (i === at ? at + 1 : i === at + 1 ? at : i))
  return size === 1
    ? tf.reshape(
        apart,
        order.map((i) => apart.shape[i] ?? 1),
      )
    : tf.transpose(apart, order)
}

const parse = optionsFor<ReshapeBatchAxisOptions>()('reshapeBatchAxis', {
  microbatchSize: required(positiveCount),
  axis: withDefault(axisOption, 0),
})
