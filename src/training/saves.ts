/** @internal */

import type { CheckpointHook } from './FitOptions.js'
import { mapTensors, tensorsIn } from './mapTensors.js'
import { saveDone } from './saveDone.js'
import { sharedTensor } from '../tensors/sharedTensor.js'
import type { Snapshot } from './StepEvent.js'
import { unlessAborted } from './unlessAborted.js'

/** The saves of a run, one in flight at a time. No wait outlasts the signal, and no save begins after it. */
export interface Saves {
  /** Saves clones of a generation, if its step is one to save; waits for the save before it only. */
  readonly begin: (snapshot: Snapshot<unknown, unknown>) => Promise<void>
  /** Saves the last generation, if that is wanted and not done. */
  readonly last: (snapshot: Snapshot<unknown, unknown>) => Promise<void>
  /** Throws the error of a save that failed since it was last asked. */
  readonly surface: () => void
  readonly settled: () => Promise<void>
}

/** `saved` is told of each save that is done. */
export const savesOf = (
  hook: AnyHook | undefined,
  signal: AbortSignal,
  saved: (step: number) => void | Promise<void>,
): Saves => {
  let inFlight: Promise<void> = Promise.resolve()
  let newest: number | undefined
  let failure: { readonly error: unknown } | undefined
  const surface = (): void => {
    if (failure === undefined) return
    const { error } = failure
    failure = undefined
    throw error
  }
  const settled = async (): Promise<void> => {
    await unlessAborted(inFlight, signal)
  }
  const attempt = async (own: AnyHook, snapshot: Snapshot<unknown, unknown>): Promise<void> => {
    try {
      await saveDone('checkpoint.save', snapshot.step, own.save(snapshot, { signal }))
      await saved(snapshot.step)
    } catch (error) {
      if (!signal.aborted) failure ??= { error }
    } finally {
      for (const tensor of tensorsIn(snapshot)) tensor.dispose()
    }
  }
  const start = async (own: AnyHook, { step, params, state }: Snapshot<unknown, unknown>): Promise<void> => {
    await settled()
    surface()
    if (signal.aborted) return
    newest = step
    // They share memory with the generation and keep it alive.
    inFlight = attempt(own, mapTensors({ step, params, state }, sharedTensor))
  }
  return {
    begin: async (snapshot) => {
      if (hook !== undefined && snapshot.step % hook.every === 0) await start(hook, snapshot)
    },
    last: async (snapshot) => {
      if (hook !== undefined && hook.last !== false && newest !== snapshot.step) await start(hook, snapshot)
    },
    surface,
    settled,
  }
}

type AnyHook = CheckpointHook<unknown, unknown>
