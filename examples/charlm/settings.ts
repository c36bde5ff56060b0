import { either as E } from 'fp-ts'

/** How long a run is. */
export interface Settings {
  readonly steps: number
  /** The step after which the checkpoint is saved that a fresh process goes on from. */
  readonly resumeAt: number
  /** Held-out losses are looked at every so many steps. */
  readonly evaluateEvery: number
}

/** The settings of a run; `CHARLM_STEPS` makes it shorter or longer. `Left` says what is wrong with that. */
export const settingsFrom = (env: Readonly<Record<string, string | undefined>>): E.Either<string, Settings> => {
  const steps = Number(env['CHARLM_STEPS'] ?? 2400)
  return Number.isInteger(steps) && steps >= 8 && steps <= 1e6
    ? E.right({ steps, resumeAt: Math.floor((3 * steps) / 4), evaluateEvery: Math.floor(steps / 4) })
    : E.left(`CHARLM_STEPS must be a whole number from 8 to 1000000, found ${JSON.stringify(env['CHARLM_STEPS'])}`)
}
