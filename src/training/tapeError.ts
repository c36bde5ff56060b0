/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { MissingGradient } from './MissingGradient.js'

/** An error of tfjs' tape in words that help; any other error as it is. */
export const tapeError = (where: string, error: unknown): unknown => {
  const kernel = error instanceof Error ? /gradient function not found for (.+)\.$/.exec(error.message)?.[1] : undefined
  return kernel === undefined ? error : new MissingGradient(where, kernel, anyRegistered(), error)
}

// Whoever registers gradients registers those of the commonest operations.
const anyRegistered = (): boolean =>
  ['Add', 'Multiply', 'Sum', 'Identity'].some((kernel) => tf.getGradient(kernel) !== undefined)

/** Disposes what an interrupted gradient leaves behind: tfjs frees the tensors saved on its tape on success only. */
export const releaseTape = (): void => {
  const { state } = tf.engine()
  if (state.gradientDepth > 0) return // a gradient around this one still needs its tape
  // tfjs' type hides that there may be no tape
  const tape = state.activeTape as typeof state.activeTape | null
  // a tape, and what a node saved, may be missing
  for (const node of tape ?? []) for (const tensor of node.saved ?? []) tensor.dispose()
  state.activeTape = []
}
