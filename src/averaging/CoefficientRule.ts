/** @internal */
import type { Host } from '../equation/Host.js'

/** What decides how an average moves: the numbers that it keeps, and its coefficient in each step. */
export interface CoefficientRule {
  /** Whether coefficients hang on what steps are told: then they cannot be known afterwards. */
  readonly told: boolean
  /** At the start. */
  readonly init: Host
  /** How much of the way to the parameters the average goes: 0 where it rests, 1 where it copies them. */
  readonly coefficient: (host: Host, extra: unknown) => number
  /** The numbers after a step. */
  readonly next: (host: Host, extra: unknown) => Host
  /** Of a power-function average: its power, and the time of its last update since its start. */
  readonly profile?: { readonly gamma: number; readonly timeAt: (host: Host) => number }
}
