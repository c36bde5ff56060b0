/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** One axis, several, or all of them (`null`). */
export type Axes = number | readonly number[] | null

/** A tensor seen as rows of what lies along some of its axes. */
export interface Rows {
  /** A tensor of that shape as rows, `[rows, along]`. */
  readonly of: (x: tf.Tensor) => tf.Tensor
  /** One number for each row, `[rows, 1]`, in the shape of the other axes. */
  readonly back: (perRow: tf.Tensor) => tf.Tensor
  /** One number for each row, `[rows, 1]`, beside whatever lies along: a shape that broadcasts against the tensor's. */
  readonly spread: (perRow: tf.Tensor) => tf.Tensor
  /** The shape of the other axes. */
  readonly outer: readonly number[]
  readonly along: number
}

/** How a shape is seen as rows along axes. */
export const rowsAlong = (where: string, shape: readonly number[], axes: Axes): Rows => {
  const inner = axesOf(where, shape, axes)
  const others = shape.flatMap((_, axis) => (inner.includes(axis) ? [] : [axis]))
  const order = [...others, ...inner]
  const inOrder = order.every((axis, i) => axis === i)
  const size = (kept: readonly number[]): number => kept.reduce((product, axis) => product * (shape[axis] ?? 1), 1)
  const [rows, along] = [size(others), size(inner)]
  const outer = others.map((axis) => shape[axis] ?? 1)
  return {
    of: (x) => tf.reshape(inOrder ? x : tf.transpose(x, order), [rows, along]),
    back: (perRow) => tf.reshape(perRow, outer),
    spread: (perRow) =>
      tf.reshape(
        perRow,
        shape.map((size, axis) => (inner.includes(axis) ? 1 : size)),
      ),
    outer,
    along,
  }
}

/** The axes named, counted from the first. */
export const axesOf = (where: string, shape: readonly number[], axes: Axes): readonly number[] => {
  const given = axes === null ? shape.map((_, axis) => axis) : typeof axes === 'number' ? [axes] : axes
  const counted = given.map((axis) => {
    if (Number.isInteger(axis) && axis >= -shape.length && axis < shape.length)
      return axis < 0 ? axis + shape.length : axis
    throw new RangeError(
      `${where}: axis must be an integer in [${-shape.length}, ${shape.length}) for the shape [${shape.join(', ')}], found ${axis}. Pass e.g. { axis: -1 }${shape.length === 0 ? ', and a tensor with an axis' : ''}.`,
    )
  })
  if (new Set(counted).size === counted.length) return counted
  throw new RangeError(`${where}: axis names an axis twice, found [${given.join(', ')}]. Name each once.`)
}
