/** @internal */
import { findTensor, placeIn, placeOf } from './findTensor.js'
import { isNotOnBackend, notOnBackend } from './notOnBackend.js'
import type { Skeleton } from './Skeleton.js'
import type { Leaf } from './Tree.js'

/** Throws for a tensor without numbers in parameters, updates or a state, with its path: a disposed one, or what only looks
 *  like one. `where` names the value. */
export const refuseUnreadable = (where: string, value: unknown, skeleton: Skeleton): void => {
  let first: Leaf | undefined
  const keys = findTensor(value, (leaf) => {
    first = leaf
    return isUnreadable(leaf)
  })
  if (keys === undefined || first === undefined) return
  if (isNotOnBackend(first)) throw notOnBackend(...placeIn(where, keys, skeleton), first)
  throw new Error(
    `${placeOf(where, keys, skeleton)}, the tensor is disposed. ` +
      'If it went through a step with { donate: true }, use what that step returned instead.',
  )
}

/** Whether no executor can read a leaf. Those of the reference interpreters are arrays, which nobody disposes. */
export const isUnreadable = (leaf: Leaf | null): boolean =>
  leaf !== null && ('isDisposed' in leaf ? leaf.isDisposed === true : isNotOnBackend(leaf))
