/** @internal */
import { nth } from '../scalars/nth.js'
import type * as tf from '@tensorflow/tfjs-core'
import { floatsAt } from '../tensors/checkedTensors.js'

/** A matrix of doubles on the host, row by row. */
export interface HostMatrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** A matrix read back from its device. */
export const hostMatrix = (where: string, name: string, given: tf.Tensor): HostMatrix => {
  const tensor = floatsAt({ where, name }, given)
  const [rows, columns] = tensor.shape
  if (tensor.rank !== 2 || rows === undefined || columns === undefined)
    throw new RangeError(
      `${where}: ${name} must be a matrix, found the shape [${tensor.shape.join(', ')}]. Reshape it.`,
    )
  return { rows, columns, values: Float64Array.from(tensor.dataSync()) }
}

/** The same, where it is to be square. */
export const hostSquare = (where: string, name: string, given: tf.Tensor): HostMatrix => {
  const matrix = hostMatrix(where, name, given)
  if (matrix.rows === matrix.columns) return matrix
  throw new RangeError(
    `${where}: ${name} must be square, found the shape [${matrix.rows}, ${matrix.columns}]. Multiply it with its transpose first.`,
  )
}

/** a·b */
export const product = (a: HostMatrix, b: HostMatrix): HostMatrix => {
  const values = new Float64Array(a.rows * b.columns)
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const factor = nth(a.values, i * a.columns + k)
      for (let j = 0; j < b.columns; j++)
        values[i * b.columns + j] = nth(values, i * b.columns + j) + factor * nth(b.values, k * b.columns + j)
    }
  return { rows: a.rows, columns: b.columns, values }
}

export const transposed = ({ rows, columns, values }: HostMatrix): HostMatrix => ({
  rows: columns,
  columns: rows,
  values: Float64Array.from(values, (_, at) => nth(values, (at % rows) * columns + Math.floor(at / rows))),
})

/** Σ f(value), over all. */
export const sumOf = ({ values }: HostMatrix, f: (value: number) => number): number =>
  values.reduce((sum, value) => sum + f(value), 0)

/** s·I + t·a */
export const shiftedIdentity = (s: number, t: number, { rows, columns, values }: HostMatrix): HostMatrix => ({
  rows,
  columns,
  values: values.map((value, at) => t * value + (at % columns === Math.floor(at / columns) ? s : 0)),
})
