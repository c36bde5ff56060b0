/** @internal */
import type { StateSource } from './StateSource.js'

/** A slot of a peer's state for one parameter. */
export interface FlatSlot {
  /** What the peer calls it, such as `exp_avg`. */
  readonly key: string
  /** The leaf here that its parameter is. */
  readonly leaf: number
  readonly source: StateSource
}

/** The state of a peer that keeps named slots beside each parameter: PyTorch, Keras, TensorFlow, tfjs. */
export interface FlatState {
  /** The peer and its class, for messages: `torch Adam`. */
  readonly peer: string
  readonly slots: readonly FlatSlot[]
  /** The steps that each leaf has taken; null where the peer does not say. */
  readonly steps: readonly (number | null)[]
  /** Numbers of the whole optimizer. */
  readonly numbers: ReadonlyMap<string, number>
  /** Hyperparameters, for each group of parameters. */
  readonly groups: readonly Readonly<Record<string, unknown>>[]
  /** The group of each leaf, where the peer says. */
  readonly groupOf: readonly (number | undefined)[]
}
