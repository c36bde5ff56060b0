/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { initialState } from '../state/initialState.js'
import { rebuildState } from '../state/rebuildState.js'
import type { StateShape } from '../state/StateShape.js'
import { leafName } from '../state/tensorNames.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Part } from './Part.js'
import { partsOf } from './partsOf.js'
import type { Planned } from './planned.js'
import { type FirstLeaf, isStart, madeIn, starts } from './starts.js'
import type { StartedAt } from './StatePlan.js'

/** A state that is to be made: what it is made of, and how it begins where nothing is carried over. */
export interface Target {
  readonly parts: readonly Part<FirstLeaf>[]
  readonly leaves: readonly string[]
  /** The state of a plan. New tensors, all the caller's: those that are carried over are copied. */
  readonly made: (planned: Planned<tf.Tensor>) => unknown
  /** Gives back what a part that is no equation has made; also after `made`, which keeps what it needs. */
  readonly release: () => void
}

/** The state of a shape for parameters, not made yet. */
export const targetOf = (shape: StateShape, skeleton: Skeleton, params: unknown): Target => {
  const first = initialState(starts)(shape, skeleton, params)
  const parts = partsOf<FirstLeaf>(shape, skeleton, first)
  const kept = new Set<tf.Tensor>()
  const made = ({ numbers, tensors }: Planned<tf.Tensor>): unknown => {
    const fresh: tf.Tensor[] = []
    const own = <T extends tf.Tensor>(tensor: T): T => {
      fresh.push(tensor)
      return tensor
    }
    try {
      const state = rebuildState<tf.Tensor>(shape, skeleton, first, {
        numbers: new Map(
          parts.flatMap((part) => part.numbers.map(({ name, value }) => [name, numbers.get(name) ?? value])),
        ),
        tensors: new Map(
          parts.flatMap((part) =>
            part.tensors.map(({ name, value }) => {
              const carried = tensors.get(name)
              if (carried !== undefined) return [name, own(copyAs(carried, value.dtype))]
              return [name, isStart(value) ? own(value.made()) : value]
            }),
          ),
        ),
      })
      for (const tensor of tensorsOf(state)) kept.add(tensor)
      return state
    } catch (error) {
      tf.dispose(fresh)
      throw error
    }
  }
  return {
    parts,
    leaves: skeleton.paths.map(leafName),
    made,
    release: () => tf.dispose(madeIn(first).filter((tensor) => !kept.has(tensor))),
  }
}

/** Where a leaf that is not carried over begins. */
export const startOf = (leaf: FirstLeaf): StartedAt => (isStart(leaf) ? leaf.at : 'as init makes it')

const copyAs = (tensor: tf.Tensor, dtype: string): tf.Tensor =>
  tensor.dtype === dtype ? tf.clone(tensor) : tf.cast(tensor, dtype as tf.DataType) // the dtype of a tensor
