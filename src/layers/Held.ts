/** @internal */
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { Skeleton } from '../tree/Skeleton.js'

/** A variable that an optimizer trains. */
export interface Member {
  /** Its name when it was first trained: a loaded model may give it another one. */
  readonly path: string
  /** `null` where a loaded state knows it and no step has been taken on it since; then zeros stand in its place. */
  readonly variable: Variable | null
  readonly standIn: Tensor | null
}

/** What an optimizer holds between steps. */
export interface Held {
  /** In the order in which they were met, which is how a file knows them. */
  readonly members: readonly Member[]
  /** The tree of their paths. */
  readonly skeleton: Skeleton
  /** The members in the order of the tree. */
  readonly placed: readonly Member[]
  readonly state: unknown
}
