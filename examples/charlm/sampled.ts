import * as tf from '@tensorflow/tfjs-core'
import { encoded } from './corpus.js'
import { contextLength, logits, type Parameters } from './model.js'
import { fork, uniform, type Key } from './random.js'

/** Text that a model writes, character by character, after a prompt. */
export const sampled = async (
  params: Parameters,
  alphabet: readonly string[],
  prompt: string,
  length: number,
  key: Key,
): Promise<string> => {
  const codes = Array.from(encoded(alphabet, Array.from(prompt.padStart(contextLength, '\n'))))
  for (let i = 0; i < length; i++) {
    const scores = tf.tidy(() => logits(params, tf.tensor([codes.slice(-contextLength)], [1, contextLength], 'int32')))
    codes.push(drawn(await scores.data(), uniform(fork(key, i))))
    scores.dispose()
  }
  return (
    prompt +
    codes
      .slice(-length)
      .map((code) => alphabet[code] ?? '')
      .join('')
  )
}

/** The place at which a share `u` of the probability lies before. */
const drawn = (scores: ArrayLike<number>, u: number): number => {
  const highest = Array.from(scores).reduce((a, b) => Math.max(a, b), -Infinity)
  const weights = Array.from(scores, (score) => Math.exp((score - highest) / temperature))
  const target = u * weights.reduce((sum, weight) => sum + weight, 0)
  let passed = 0
  const found = weights.findIndex((weight) => (passed += weight) > target)
  return found === -1 ? weights.length - 1 : found
}

/** Below 1 the model says more often what it holds most likely. */
const temperature = 0.7
