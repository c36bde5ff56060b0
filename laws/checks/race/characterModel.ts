import * as tf from '@tensorflow/tfjs-core'
import { windows } from '../../../examples/charlm/batches.js'
import type { Corpus } from '../../../examples/charlm/corpus.js'
import { contextLength, initialParameters, loss, type Parameters } from '../../../examples/charlm/model.js'
import { fork, uniform } from '../../../examples/charlm/random.js'
import { hidden, type Problem } from './Problem.js'

const [batch, apart] = [32, 512]
const widths = { embedding: 8, hidden: 48 }

/** The example `charlm`, scaled down. */
export const characterModel = ({ alphabet, training, heldOut }: Corpus): Problem => ({
  name: 'character model',
  about: `the next of ${alphabet.length} characters from the last ${contextLength}, hidden layer of ${widths.hidden}, batches of ${batch}; measured on ${apart} windows of held-out text`,
  budget: 200,
  posed: (seed) => {
    const other = windows(
      heldOut,
      Array.from({ length: apart }, (_, i) => i * Math.floor((heldOut.length - contextLength) / apart)),
    )
    return hidden<Parameters>({
      start: () => initialParameters(alphabet.length, fork(seed, 0), widths),
      loss: (params, at) => {
        const key = fork(fork(seed, 1), at)
        const starts = Array.from({ length: batch }, (_, row) =>
          Math.floor(uniform(fork(key, row)) * (training.length - contextLength)),
        )
        return loss(params, windows(training, starts))
      },
      measured: (params) => loss(params, other),
      end: () => tf.dispose([other.contexts, other.next]),
    })
  },
})
