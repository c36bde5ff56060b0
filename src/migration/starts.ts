/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { tensorMaker } from '../engine/tensorMaker.js'
import type { LeafMaker } from '../state/initialState.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Leaf } from '../tree/Tree.js'
import type { StartedAt } from './StatePlan.js'

/** A tensor of a first state that is made when it is needed. */
export interface Start extends Leaf {
  readonly at: StartedAt
  readonly made: () => tf.Tensor
}

/** A leaf of a first state: to be made, or made by what is no equation. */
export type FirstLeaf = Start | tf.Tensor

/** First states that cost no memory. */
export const starts: LeafMaker<FirstLeaf> = {
  filled: (shape, value, dtype) => ({
    shape,
    dtype: dtype === 'int32' || dtype === 'bool' ? dtype : 'float32',
    at: value === 0 ? 'zeros' : value,
    made: () => tensorMaker.filled(shape, value, dtype),
  }),
  copied: (leaf) => ({
    shape: leaf.shape,
    dtype: leaf.dtype,
    at: 'the parameter',
    made: () => (isStart(leaf) ? leaf.made() : tf.clone(leaf)),
  }),
  release: (made, params) => {
    const kept = new Set(tensorsOf(params))
    for (const tensor of madeIn(made)) if (!kept.has(tensor)) tensor.dispose()
  },
}

/** Whether a leaf is still to be made. */
export const isStart = (leaf: FirstLeaf): leaf is Start => 'made' in leaf

/** The tensors that what is no equation has made. */
export const madeIn = (state: unknown): readonly tf.Tensor[] =>
  (tensorsOf(state) as readonly FirstLeaf[]).flatMap((leaf) => (isStart(leaf) ? [] : [leaf])) // what `starts` has made
