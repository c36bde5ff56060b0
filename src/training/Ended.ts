import type { Now } from '../transformation/step.js'
import type { Ending } from './Reporter.js'

/** What a run that went to its end gives: the last parameters and state, and what became of it. */
export interface Ended<P, S> extends Now<P, S> {
  /** How many steps have been taken, `startStep` included. */
  readonly step: number
  /** Why it ended: no more batches (maybe before `steps` of them), enough steps, or the signal. */
  readonly why: Extract<Ending, 'exhausted' | 'enough' | 'aborted'>
}
