import * as tf from '@tensorflow/tfjs-core'

/** A set of parameters to measure on. */
export interface ParameterSet {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
}

const dense = (widths: readonly number[]): readonly (readonly number[])[] =>
  widths.slice(1).flatMap((width, i) => [[widths[i] ?? 1, width], [width]])

const convolutions = (count: number, width: number): readonly (readonly number[])[] =>
  Array.from({ length: count }, () => [[3, 3, width, width], [width], [width]]).flat()

/** The sets, smallest first. */
export const sets: readonly ParameterSet[] = [
  { name: '97k in 10', shapes: dense([784, 100, 100, 64, 32, 10]) },
  { name: '970k in 60', shapes: [...convolutions(7, 32), ...convolutions(6, 64), ...convolutions(7, 104)] },
  { name: '10M in 1', shapes: [[10_000_000]] },
]

export const sizeOf = ({ shapes }: ParameterSet): number =>
  shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape([...shape]), 0)

/** Numbers that look like parameters or gradients, the same for the same seed. */
export const values = (size: number, scale: number, seed: number): Float32Array => {
  const array = new Float32Array(size)
  let x = seed
  for (let i = 0; i < size; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0
    array[i] = (x / 2 ** 31) * scale
  }
  return array
}

/** A tree of tensors for a set, on the backend that is set now. */
export const tree = ({ shapes }: ParameterSet, scale: number, seed: number): Readonly<Record<string, tf.Tensor>> =>
  Object.fromEntries(
    shapes.map((shape, i) => [
      `layer${i}`,
      tf.tensor(values(tf.util.sizeFromShape([...shape]), scale, seed + i), [...shape], 'float32'),
    ]),
  )
