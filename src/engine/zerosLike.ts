/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../tree/sizeOf.js'
import { arrayLeaf, isArrayLeaf } from '../equation/reference.js'
import type { Leaf } from '../tree/Tree.js'

/** Zeros of a shape, of the kind of a leaf. */
export const zerosLike = <L extends Leaf>(leaf: L, shape: readonly number[]): L =>
  // all leaves of a run are of one kind
  (isArrayLeaf(leaf) ? arrayLeaf(new Float64Array(sizeOf(shape)), shape) : tf.zeros([...shape], 'float32')) as Leaf as L
