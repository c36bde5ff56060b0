/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import type { LeafMaker } from '../state/initialState.js'
import { disposeExcept } from '../tree/disposeExcept.js'

/** How the first tensors of a state are made. */
export const tensorMaker: LeafMaker<tf.Tensor> = {
  filled: (shape, value, dtype) =>
    tf.fill([...shape], value, dtype === 'int32' || dtype === 'bool' ? dtype : 'float32'),
  copied: (leaf) => tf.clone(leaf),
  release: disposeExcept,
}
