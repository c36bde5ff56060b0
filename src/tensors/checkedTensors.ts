/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { spell } from '../tree/Skeleton.js'
import { isLeaf } from '../tree/Tree.js'

/** A tensor with the name of its argument, for messages. */
export interface Argument {
  readonly where: string
  readonly name: string
}

/** The tensor that was passed, if it is one. */
export const tensorAt = ({ where, name }: Argument, given: unknown): tf.Tensor => {
  if (isLeaf(given)) return given as tf.Tensor // outside the reference interpreters every leaf is a tensor
  throw new TypeError(`${where}: ${name} must be a tensor, found ${spell(given)}. Pass e.g. tf.tensor([0.5, -1]).`)
}

/** The same, where a derivative is to be taken: float32 only. */
export const floatsAt = (at: Argument, given: unknown): tf.Tensor => {
  const tensor = tensorAt(at, given)
  if (tensor.dtype === 'float32') return tensor
  throw new TypeError(
    `${at.where}: ${at.name} must be a float32 tensor, found dtype ${tensor.dtype}. Cast it: tf.cast(${at.name}, 'float32').`,
  )
}

/** A tensor of weights or targets, of any dtype that can be read as float32, of the shape of another. */
export const weightsAt = (at: Argument, given: unknown, like: tf.Tensor, likeName: string): tf.Tensor => {
  const tensor = tensorAt(at, given)
  checkShape(at, tensor, like.shape, `the shape of ${likeName}, `)
  return tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32')
}

/** A mask: conditions, one for each element of another tensor. Without one, all is in. */
export const maskAt = (where: string, given: unknown, like: tf.Tensor, likeName: string): tf.Tensor | undefined => {
  if (given === undefined) return undefined
  const at = { where, name: 'where' }
  const tensor = tensorAt(at, given)
  checkShape(at, tensor, like.shape, `the shape of ${likeName}, `)
  return tensor.dtype === 'bool' ? tensor : tf.cast(tensor, 'bool')
}

/** Integers that name classes, one for each row. A number is a tensor of one. */
export const classesAt = (at: Argument, given: unknown, shape: readonly number[]): tf.Tensor => {
  const tensor = typeof given === 'number' ? tf.scalar(given, 'int32') : tensorAt(at, given)
  if (tensor.dtype !== 'int32')
    throw new TypeError(
      `${at.where}: ${at.name} must be an int32 tensor of class numbers, found dtype ${tensor.dtype}. Cast it: tf.cast(${at.name}, 'int32').`,
    )
  checkShape(at, tensor, shape, 'one class for each row, shape ')
  return tensor
}

/** Throws `RangeError` where a tensor has another shape: nothing is broadcast. */
export const checkShape = (
  { where, name }: Argument,
  { shape }: tf.Tensor,
  wanted: readonly number[],
  words: string,
): void => {
  if (shape.length === wanted.length && shape.every((size, i) => size === wanted[i])) return
  throw new RangeError(
    `${where}: ${name} must have ${words}[${wanted.join(', ')}], found [${shape.join(', ')}]. Nothing is broadcast: reshape it, or repeat it with tf.broadcastTo.`,
  )
}
