/** @internal */
import type * as tf from '@tensorflow/tfjs-core'
import type { Matrix } from '../linearAlgebra/Matrix.js'
import { floatsAt } from '../tensors/checkedTensors.js'

/** A matrix read back from its device. */
export const hostMatrix = (where: string, name: string, given: tf.Tensor): Matrix => {
  const tensor = floatsAt({ where, name }, given)
  const [rows, columns] = tensor.shape
  if (tensor.rank !== 2 || rows === undefined || columns === undefined)
    throw new RangeError(
      `${where}: ${name} must be a matrix, found the shape [${tensor.shape.join(', ')}]. Reshape it.`,
    )
  return { rows, columns, values: Float64Array.from(tensor.dataSync()) }
}

/** The same, where it is to be square. */
export const hostSquare = (where: string, name: string, given: tf.Tensor): Matrix => {
  const matrix = hostMatrix(where, name, given)
  if (matrix.rows === matrix.columns) return matrix
  throw new RangeError(
    `${where}: ${name} must be square, found the shape [${matrix.rows}, ${matrix.columns}]. Multiply it with its transpose first.`,
  )
}

/** Σ f(value), over all. */
export const sumOf = ({ values }: Matrix, f: (value: number) => number): number =>
  values.reduce((sum, value) => sum + f(value), 0)

/** s·I + t·a */
export const shiftedIdentity = (s: number, t: number, { rows, columns, values }: Matrix): Matrix => ({
  rows,
  columns,
  values: values.map((value, at) => t * value + (at % columns === Math.floor(at / columns) ? s : 0)),
})
