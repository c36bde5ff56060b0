/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** Which rows: those at index, index + slices, … along an axis. */
export interface SliceOfBatch {
  readonly index: number
  readonly slices: number
  readonly size: number
  readonly axis: number
}

/** The rows of one slice: no more than they are copied. */
export const rowsOfSlice = (x: tf.Tensor, { index, slices, size, axis }: SliceOfBatch): tf.Tensor => {
  const at = axis < 0 ? axis + x.rank : axis
  // [.., size, slices, ..]: a slice is one place of the second of the two
  const shape = [...x.shape.slice(0, at), size, slices, ...x.shape.slice(at + 1)]
  const begin = shape.map((_, i) => (i === at + 1 ? index : 0))
  const extent = shape.map((length, i) => (i === at + 1 ? 1 : length))
  return tf.reshape(
    tf.slice(tf.reshape(x, shape), begin, extent),
    x.shape.map((length, i) => (i === at ? size : length)),
  )
}
