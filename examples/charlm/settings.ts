import { either as E } from 'fp-ts'

/** How long a run is. */
export interface Settings {
  readonly steps: number
  /** The step after which the checkpoint is saved that a fresh process goes on from. */
  readonly resumeAt: number
  /** Held-out losses are looked at every so many steps. */
  readonly evaluateEvery: number
  /** Averages are stored every so many steps, to be combined afterwards: a part of `evaluateEvery`. */
  readonly storeEvery: number
}

/** The settings of a run; `--steps` or `CHARLM_STEPS` makes it shorter or longer. `Left` says what is wrong with that. */
export const settingsFrom = (
  env: Readonly<Record<string, string | undefined>>,
  asked?: string,
): E.Either<string, Settings> => {
  const written = asked ?? env['CHARLM_STEPS']
  const steps = Number(written ?? 2400)
  return Number.isInteger(steps) && steps >= 8 && steps <= 1e6
    ? E.right({
        steps,
        resumeAt: Math.floor((3 * steps) / 4),
        evaluateEvery: Math.floor(steps / 4),
        storeEvery: partOf(Math.floor(steps / 4), steps / 16),
      })
    : E.left(
        `${asked === undefined ? 'CHARLM_STEPS' : '--steps'} must be a whole number from 8 to 1000000, found ${JSON.stringify(written)}`,
      )
}

/** The largest whole part of a number that is at most `most`, or 1. */
const partOf = (n: number, most: number): number => {
  let part = Math.max(1, Math.floor(most))
  while (n % part !== 0) part--
  return part
}
