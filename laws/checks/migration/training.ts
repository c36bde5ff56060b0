import * as tf from '@tensorflow/tfjs-core'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { isLeaf, type Leaf, type Tree } from '../../../src/tree/Tree.js'
import type { Dense } from './Change.js'

/** Makes a leaf. */
export type Make<L> = (shape: readonly number[], values: readonly number[]) => L

/** Tensors. */
export const tensors: Make<tf.Tensor> = (shape, values) => tf.tensor([...values], [...shape])

/** The parameters that every change begins with. */
export const start = <L>(make: Make<L>): Dense<L> => ({
  dense: { kernel: make([2, 2], [1, -2, 3, 0.5]), bias: make([2], [0.25, -1]) },
})

/** Gradients that depend on a leaf's path, its elements and the step alone. */
export const gradsOf = <L extends Leaf>(tree: unknown, i: number, make: Make<L>, path = ''): unknown =>
  isLeaf(tree)
    ? make(
        tree.shape,
        Array.from({ length: tree.shape.reduce((n, d) => n * d, 1) }, (_, k) =>
          Math.fround(Math.sin(1 + i * 1.7 + k * 0.6 + path.length)),
        ),
      )
    : Object.fromEntries(
        Object.entries(tree as object).map(([key, child]) => [key, gradsOf(child, i, make, `${path}/${key}`)]),
      )

/** Parameters and a state of any kind. */
export interface Now {
  readonly params: unknown
  readonly state: unknown
}

/** Trains on tensors; what came before is disposed of, but for the first. */
export const trained = (tx: Transformation<Opaque>, first: Now, from: number, steps: number): Now => {
  let now = first
  for (let i = from; i < from + steps; i++) {
    const grads = gradsOf(now.params, i, tensors)
    const next = step(tx)(grads as never, now.state, now.params as Tree, { metric: i }) // trees of this test
    disposeExcept([grads, now === first ? [] : now], [next, first])
    now = next
  }
  return now
}

/** A value with each tensor as the bits of its elements. */
export const bits = (value: unknown): unknown =>
  isLeaf(value)
    ? [...new Int32Array(Float32Array.from((value as tf.Tensor).dataSync()).buffer)]
    : Array.isArray(value)
      ? value.map(bits)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, bits(child)]))
        : value
