/** @internal */
import { findTensor, placeOf } from '../tree/findTensor.js'
import { isUnreadable, refuseUnreadable } from '../tree/refuseUnreadable.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** Throws for what a donating step cannot use up: a disposed tensor, or a `tf.Variable`, which belongs to a model or to
 *  who made it. */
export const refuseUnusable = (where: string, value: unknown, skeleton: Skeleton): void => {
  refuseUnreadable(where, value, skeleton)
  const keys = findTensor(value, isVariable)
  if (keys !== undefined)
    throw new TypeError(
      `${placeOf(where, keys, skeleton)}, there is a tf.Variable, which a step with { donate: true } would dispose. ` +
        'Leave donate out, or start from clones: keep({ params, state }).',
    )
}

export const isUnreadableOrVariable = (leaf: Leaf | null): boolean =>
  isUnreadable(leaf) || (leaf !== null && isVariable(leaf))

/** Duck-typed, because two copies of tfjs may live in one program. */
const isVariable = (leaf: Leaf): boolean => 'assign' in leaf && typeof leaf.assign === 'function'
