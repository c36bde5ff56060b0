import type { StateLambda } from '../transformation/Transformation.js'
import type { CheckpointError } from './CheckpointError.js'
import type { Restored, SwappedRestoreRequest } from './RestoreRequest.js'

/** What is restored: the newest checkpoint of a store, and what it must be like. */
export interface LatestRequest<F extends StateLambda, P, E> extends Omit<SwappedRestoreRequest<F, P, E>, 'name'> {
  /** Only names that begin so are looked at, such as `step-`, the names of `savedByStep`. Default: all. */
  readonly prefix?: string
  /** Whether the checkpoints are those of `saveSwapped`.
   *
   *  @defaultValue false */
  readonly swapped?: boolean
}

/** A checkpoint that is there but not whole. */
export interface PassedOver {
  readonly name: string
  readonly problems: CheckpointError
}

/** What came of it, from which checkpoint, and which newer ones were not whole. */
export interface RestoredLatest<P, S> extends Restored<P, S> {
  readonly name: string
  /** Newest first. Each is told in `warnings` too. */
  readonly passedOver: readonly PassedOver[]
}
