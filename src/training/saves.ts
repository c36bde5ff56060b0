/** @internal */

import { SaveFailed } from './SaveFailed.js'
import { keep } from './keep.js'
import { tensorsIn } from './mapTensors.js'
import type { CheckpointHook } from './FitOptions.js'
import type { Snapshot } from './StepEvent.js'

/** The saves of a run, one in flight at a time. */
export interface Saves {
  /** Saves clones of a generation, if its step is one to save; waits for the save before it only. */
  readonly begin: (snapshot: Snapshot<unknown, unknown>) => Promise<void>
  /** Throws the error of a save that failed since it was last asked. */
  readonly surface: () => void
  readonly settled: () => Promise<void>
}

/** `saved` is told of each save that is done. */
export const savesOf = (
  hook: CheckpointHook<unknown, unknown> | undefined,
  saved: (step: number) => void | Promise<void>,
): Saves => {
  let inFlight: Promise<void> = Promise.resolve()
  let failure: { readonly error: unknown } | undefined
  const surface = (): void => {
    if (failure === undefined) return
    const { error } = failure
    failure = undefined
    throw error
  }
  const attempt = async (
    save: CheckpointHook<unknown, unknown>['save'],
    snapshot: Snapshot<unknown, unknown>,
  ): Promise<void> => {
    try {
      await outcome(snapshot.step, save(snapshot))
      await saved(snapshot.step)
    } catch (error) {
      failure ??= { error }
    } finally {
      for (const tensor of tensorsIn(snapshot)) tensor.dispose()
    }
  }
  return {
    begin: async ({ step, params, state }) => {
      if (hook === undefined || step % hook.every !== 0) return
      await inFlight
      surface()
      // Clones share memory with the generation and keep it alive.
      inFlight = attempt(hook.save, { step, ...keep({ params, state }) })
    },
    surface,
    settled: async () => inFlight,
  }
}

const outcome = async (step: number, saving: unknown): Promise<void> => {
  // a TaskEither is a function without arguments
  const result: unknown = await (typeof saving === 'function' ? (saving as () => unknown)() : saving)
  if (typeof result === 'object' && result !== null && '_tag' in result && result._tag === 'Left')
    throw new SaveFailed(step, 'left' in result ? result.left : undefined)
}
