import * as tf from '@tensorflow/tfjs-core'
import { contextLength, type Batch } from './model.js'
import { fork, uniform, type Key } from './random.js'

/** Random windows of a text, from the batch at `position` on, without an end. Each batch is a function of key and
 *  position alone. */
export function* batches(codes: Uint8Array, key: Key, position: number): Generator<Batch> {
  for (let at = position; ; at++) {
    const own = fork(key, at)
    yield windows(
      codes,
      Array.from({ length: batchSize }, (_, row) =>
        Math.floor(uniform(fork(own, row)) * (codes.length - contextLength)),
      ),
    )
  }
}

/** The windows that begin at some places of a text. */
export const windows = (codes: Uint8Array, starts: readonly number[]): Batch => {
  const contexts = new Int32Array(starts.length * contextLength)
  starts.forEach((start, row) => contexts.set(codes.subarray(start, start + contextLength), row * contextLength))
  return {
    contexts: tf.tensor(contexts, [starts.length, contextLength], 'int32'),
    next: tf.tensor(
      Int32Array.from(starts, (start) => codes[start + contextLength] ?? 0),
      [starts.length],
      'int32',
    ),
  }
}

/** How many windows there are in a batch. */
export const batchSize = 64
