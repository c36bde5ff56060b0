/** @internal */
import type { Skeleton } from '../tree/Skeleton.js'

/** Which leaves of a tree a stage sees. `null`: all of them. */
export type Scope = Mask | null

/** A choice of leaves that depends on nothing but the parameters' structure, shapes and dtypes. */
export interface Mask {
  /** One entry for each leaf of the skeleton, remembered for each skeleton. */
  readonly includes: (skeleton: Skeleton) => readonly boolean[]
}

/** The leaves that both scopes see. */
export const both = (a: Scope, b: Scope): Scope =>
  a === null
    ? b
    : b === null
      ? a
      : remembered((skeleton) => {
          const right = b.includes(skeleton)
          return a.includes(skeleton).map((x, i) => x && right[i] === true)
        })

/** A mask that is computed once for each skeleton. */
export const remembered = (includes: (skeleton: Skeleton) => readonly boolean[]): Mask => {
  const known = new WeakMap<Skeleton, readonly boolean[]>()
  return {
    includes: (skeleton) => {
      const found = known.get(skeleton) ?? includes(skeleton)
      known.set(skeleton, found)
      return found
    },
  }
}
