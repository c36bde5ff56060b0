import type { taskEither as TE } from 'fp-ts'
import type { GradOptions } from './Loss.js'
import type { Reporter } from './Reporter.js'
import type { Snapshot, StepEvent } from './StepEvent.js'

/** How a run of training goes. */
export interface FitOptions<P, S, B, A, R> extends GradOptions {
  /** How many steps to take at most. Default: as many as there are batches. */
  readonly steps?: number
  /** How many steps were taken before: events and hooks count on from here. Default 0. */
  readonly startStep?: number
  /** Ends the run, without an error, before the next step. */
  readonly signal?: AbortSignal
  readonly evaluate?: EvaluateHook<P, S, B, A, R>
  readonly checkpoint?: CheckpointHook<P, S>
  readonly reporter?: Reporter
  /** Dispose the tensors of a batch after its step. Default: batches are the caller's. */
  readonly disposeBatches?: boolean
  /** Reuse the memory of generations that nobody else holds. Default true. */
  readonly donate?: boolean
}

/** Runs after every so many steps, before the event is seen; the run waits for it. */
export interface EvaluateHook<P, S, B, A, R> {
  /** After the steps that this number divides. */
  readonly every: number
  readonly run: (event: StepEvent<P, S, B, A>) => R | Promise<R>
}

/** Saves after every so many steps, while training goes on. */
export interface CheckpointHook<P, S> {
  /** After the steps that this number divides. */
  readonly every: number
  /** Is given clones that live until it is done. One save is in flight at a time; one that fails ends the run. */
  readonly save: (snapshot: Snapshot<P, S>) => TE.TaskEither<unknown, unknown> | Promise<unknown>
}

/** Where batches come from. */
export type Batches<B> = Iterable<B> | AsyncIterable<B>
