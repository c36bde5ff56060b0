/** @internal */

/** A hyperparameter of a peer that must be what the optimizer here was built with: how it is read from a group of
 *  parameters, the equations that have it, and what they call it. */
export interface HyperparamCheck {
  readonly of: (group: Readonly<Record<string, unknown>>) => unknown
  readonly equations: readonly string[]
  readonly option: string
}

/** Where the state of a peer's optimizer goes. */
export interface PeerTable {
  /** For each slot there, the equations and slots here that take it. */
  readonly slots: Readonly<Record<string, readonly string[]>>
  /** For each number there, the equations and numbers here that take it. */
  readonly numbers?: Readonly<Record<string, readonly string[]>>
  /** By what the numbers of a slot here, `equation.slot`, are those there multiplied, given the options here. */
  readonly times?: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => number>>
  readonly checks?: readonly HyperparamCheck[]
  /** Whether weights decay before the moments, as part of the gradient, or after them. */
  readonly decays?: (group: Readonly<Record<string, unknown>>) => 'before' | 'after'
  /** The rule, in words for errors: how it is built here. */
  readonly built: string
}

/** The same slot of several equations. */
export const of = (slot: string, ...equations: readonly string[]): readonly string[] =>
  equations.map((e) => `${e}.${slot}`)

/** A hyperparameter that must be the same: ours, theirs, and the equations that have it. */
export const check = (option: string, key: string | HyperparamCheck['of'], ...equations: readonly string[]) => ({
  of: typeof key === 'string' ? (group: Readonly<Record<string, unknown>>) => group[key] : key,
  equations,
  option,
})
