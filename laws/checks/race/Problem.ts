import type * as tf from '@tensorflow/tfjs-core'
import type { Tree } from '../../../src/tree/Tree.js'

/** Something to be minimised, drawn anew from each seed. */
export interface Problem {
  readonly name: string
  /** One line: what it is, and what its loss is measured on. */
  readonly about: string
  /** How many gradients each optimizer may take. */
  readonly budget: number
  readonly posed: (seed: number) => Posed
}

/** A problem with its data. */
export interface Posed<P = Tree> {
  /** Parameters to start from: new tensors, the same ones each time. */
  readonly start: () => P
  /** The loss that is differentiated, at the batch of a step. */
  readonly loss: (params: P, at: number) => tf.Tensor
  /** The loss that counts. */
  readonly measured: (params: P) => tf.Tensor
  /** Disposes the data. */
  readonly end: () => void
}

/** Forgets the type of the parameters, so that different problems fit in one list. */
export const hidden = <P>(posed: Posed<P>): Posed =>
  // the parameters that it is handed are those of `start`, stepped
  posed as unknown as Posed
