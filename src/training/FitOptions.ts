import type { GradOptions } from './Loss.js'
import type { Reporter } from './Reporter.js'
import type { Snapshot, StepEvent } from './StepEvent.js'

/** How a run of training goes. */
export interface FitOptions<P, S, B, A, R> extends GradOptions {
  /** How many steps to take at most; a run that had fewer batches says so in what it returns. Default: as many as there
   *  are batches. */
  readonly steps?: number
  /** How many steps were taken before: events and hooks count on from here.
   *
   *  @defaultValue 0 */
  readonly startStep?: number
  /** Ends the run, without an error, before the next step, and every wait for a batch, a hook or a report; hooks are
   *  handed it. Default: never. */
  readonly signal?: AbortSignal
  readonly evaluate?: EvaluateHook<P, S, B, A, R>
  readonly checkpoint?: CheckpointHook<P, S>
  readonly reporter?: Reporter
  /** Dispose the tensors of a batch after its step. Default: batches are the caller's. */
  readonly disposeBatches?: boolean
  /** Reuse the memory of generations that nobody else holds.
   *
   *  @defaultValue true */
  readonly donate?: boolean
}

/** What a hook is told beside its event or snapshot. */
export interface HookContext {
  /** The signal of the run; one that never comes, where the run has none. Once it has come nobody waits for the hook,
   *  and what it gives or throws then is thrown away. */
  readonly signal: AbortSignal
}

/** Runs after every so many steps, before the event is seen; the run waits for it, unless the signal comes. */
export interface EvaluateHook<P, S, B, A, R> {
  /** After the steps that this number divides. */
  readonly every: number
  /** Its event lives until the hook is done or the signal has come. Not run any more once the signal has come. */
  readonly run: (event: StepEvent<P, S, B, A>, context: HookContext) => R | Promise<R>
}

/** Saves after every so many steps, while training goes on, and at the end. */
export interface CheckpointHook<P, S> {
  /** After the steps that this number divides. */
  readonly every: number
  /** Saves the last step too where the run ends otherwise: no more batches, enough steps, or whoever read the events
   *  left. Never twice, and not after the signal or an error: what is there then is in the caller's hands. Default
   *  true. */
  readonly last?: boolean
  /** Is given clones that live until its promise is done. One save is in flight at a time; one that fails ends the run.
   *  Gives what `save` gives, or any promise. Refused: nothing (a forgotten `return`), and a task that nobody has run. A
   *  save that is in flight when the signal comes goes on by itself, unless it heeds the signal. */
  readonly save: (snapshot: Snapshot<P, S>, context: HookContext) => PromiseLike<unknown>
}

/** Where batches come from. */
export type Batches<B> = Iterable<B> | AsyncIterable<B>
