/** @internal */
import { findTensor, placeOf } from './findTensor.js'
import type { Skeleton } from './Skeleton.js'
import type { Leaf } from './Tree.js'

/** Throws for a disposed tensor in parameters, updates or a state, with its path; `where` names the value. */
export const refuseDisposed = (where: string, value: unknown, skeleton: Skeleton): void => {
  const keys = findTensor(value, isDisposed)
  if (keys !== undefined)
    throw new Error(
      `${placeOf(where, keys, skeleton)}, the tensor is disposed. ` +
        'If it went through a step with { donate: true }, use what that step returned instead.',
    )
}

/** Leaves of the reference interpreters are arrays, which nobody disposes. */
export const isDisposed = (leaf: Leaf | null): boolean =>
  leaf !== null && 'isDisposed' in leaf && leaf.isDisposed === true
