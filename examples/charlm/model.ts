import * as tf from '@tensorflow/tfjs-core'
import { fork, normal, type Key } from './random.js'

/** How many characters the model sees before the one that it predicts. */
export const contextLength = 12

const usual = { embedding: 16, hidden: 192 }

/** A character-level language model to start from: characters → embedding → one hidden layer → a score for each next
 *  character. */
export const initialParameters = (alphabet: number, key: Key, widths = usual) => ({
  embedding: gaussian([alphabet, widths.embedding], 1, fork(key, 0)),
  hidden: layer(contextLength * widths.embedding, widths.hidden, fork(key, 1)),
  output: layer(widths.hidden, alphabet, fork(key, 2)),
})

export type Parameters = ReturnType<typeof initialParameters>

/** The scores of the next character, for each row of `contextLength` characters. */
export const logits = ({ embedding, hidden, output }: Parameters, contexts: tf.Tensor): tf.Tensor => {
  const rows = contexts.shape[0] ?? 0
  // One-hot rows times a matrix pick rows of it.
  const characters = tf.oneHot(tf.reshape(contexts, [-1]), embedding.shape[0] ?? 0)
  const seen = tf.reshape(tf.matMul(tf.cast(characters, 'float32'), embedding), [rows, -1])
  return dense(tf.tanh(dense(seen, hidden)), output)
}

/** Characters, and the one that follows each row of them. */
export interface Batch {
  readonly contexts: tf.Tensor
  readonly next: tf.Tensor
}

/** The mean of −log p(next character), in nats. */
export const loss = (params: Parameters, { contexts, next }: Batch): tf.Tensor => {
  const scores = logits(params, contexts)
  const right = tf.cast(tf.oneHot(next, scores.shape[1] ?? 0), 'float32')
  return tf.mean(tf.sub(tf.logSumExp(scores, 1), tf.sum(tf.mul(scores, right), 1)))
}

const dense = (x: tf.Tensor, { kernel, bias }: ReturnType<typeof layer>): tf.Tensor =>
  tf.add(tf.matMul(x, kernel), bias)

const layer = (inputs: number, outputs: number, key: Key) => ({
  kernel: gaussian([inputs, outputs], 1 / Math.sqrt(inputs), key),
  bias: tf.fill([outputs], 0),
})

const gaussian = (shape: [number, number], deviation: number, key: Key): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => deviation * normal(fork(key, i))),
    shape,
  )
