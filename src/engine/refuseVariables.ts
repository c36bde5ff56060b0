/** @internal */
import { findTensor, placeOf } from '../tree/findTensor.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** Throws for a `tf.Variable` in what a donating step would use up: it belongs to a model, or to who made it. */
export const refuseVariables = (where: string, value: unknown, skeleton: Skeleton): void => {
  const keys = findTensor(value, isVariable)
  if (keys !== undefined)
    throw new TypeError(
      `${placeOf(where, keys, skeleton)}, there is a tf.Variable, which a step with { donate: true } would dispose. ` +
        'Leave donate out, or start from clones: keep({ params, state }).',
    )
}

/** Duck-typed, because two copies of tfjs may live in one program. */
const isVariable = (leaf: Leaf): boolean => 'assign' in leaf && typeof leaf.assign === 'function'
