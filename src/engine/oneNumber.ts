/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { arrayLeaf, isArrayLeaf } from '../equation/reference.js'
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'

/** A leaf of one number, of the kind of the given leaves: arrays in the reference interpreters, else tensors. */
export const numberLike = <L extends Leaf>(leaves: readonly (L | null)[], value: number): L =>
  // all leaves of a run are of one kind
  (leaves.some((leaf) => leaf !== null && isArrayLeaf(leaf)) ? arrayLeaf([value], []) : tf.scalar(value)) as Leaf as L

/** The number in a leaf of one number: read back from the device, where it is a tensor. */
export const numberIn = (leaf: Leaf): number =>
  // a leaf that is no array is a tensor
  must((isArrayLeaf(leaf) ? leaf.values : (leaf as tf.Tensor).dataSync())[0], 'number')
