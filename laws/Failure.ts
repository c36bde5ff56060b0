import type { Law, Sides } from './Law.js'
import type { Subject } from './Suite.js'

/** A law that does not hold, with the smallest case found. */
export interface Failure {
  readonly suite: string
  readonly law: Law
  /** What was tested. */
  readonly about?: Subject
  readonly counterexample: readonly unknown[]
  /** Both sides for the counterexample, or what was thrown instead. */
  readonly outcome: Sides | { readonly thrown: unknown }
  /** The name of a law that fails too, and that this one presumes: mend that first. */
  readonly follows?: string
  readonly seed: number
  /** The way to the counterexample, for `path`. */
  readonly path?: string
  /** The number of cases until the first that failed, and of the steps from it to the counterexample. */
  readonly cases: number
  readonly shrinks: number
}

/** What was checked. */
export interface Tally {
  readonly laws: number
  readonly cases: number
}
