import type { Scalar } from '@tensorflow/tfjs-core'
import type { Now } from '../transformation/step.js'

/** One step of a run. All of its tensors are borrowed: they live until the next event is asked for (`keep` clones what
 *  should live longer). Parameters and state of the last event live on, and are the caller's. */
export interface StepEvent<P, S, B, A = undefined, R = undefined> extends Now<P, S> {
  /** How many steps have been taken, this one included: 1 for the first (plus `startStep`). */
  readonly step: number
  /** The loss at the parameters before this step, on the device. */
  readonly value: Scalar
  /** The same number, read back when this is called; never otherwise. */
  readonly loss: () => Promise<number>
  /** What the loss returned beside its value, where `hasAux` says so. */
  readonly aux: A
  readonly batch: B
  /** What the evaluation hook returned, where it ran at this step. */
  readonly evaluation: R | undefined
}

/** Parameters and state as they were after a step. */
export interface Snapshot<P, S> extends Now<P, S> {
  readonly step: number
}
