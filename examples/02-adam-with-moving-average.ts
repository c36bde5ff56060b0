import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import 'polyak/gradients'
import { adam, averaged, disposeExcept, fitted, withMovingAverage } from 'polyak'

/** Adam on noisy data keeps jumping around the answer. The average of its iterates has less than half
 *  their squared error, over the last half of the run. */
export const adamWithMovingAverage = async () => {
  const optimizer = F.pipe(adam({ learningRate: 0.6 }), withMovingAverage({ decay: 0.95, numUpdates: 'before' }))
  const answer = tf.linspace(-1, 1, 64)
  const params = { w: tf.zeros([64]) }
  const now = { params, state: optimizer.init(params) }

  const errors = { raw: 0, averaged: 0 }
  const train = fitted(optimizer, ({ w }: typeof params, sample: tf.Tensor) => tf.mean(tf.square(tf.sub(w, sample))), {
    disposeBatches: true,
    evaluate: {
      every: 1,
      run: async ({ step, params: { w }, state }) => {
        if (step <= steps / 2) return
        errors.raw += await error(w, answer)
        errors.averaged += await error(averaged(state).w, answer)
      },
    },
  })
  const after = await train(now, samples(answer))
  disposeExcept([now, after, answer], null)
  return errors
}

const steps = 100

/** The answer, seen through noise as large as itself. */
function* samples(answer: tf.Tensor): Generator<tf.Tensor> {
  for (let seed = 1; seed <= steps; seed++)
    yield tf.tidy(() => tf.add(answer, tf.randomNormal([64], 0, 1, 'float32', seed)))
}

const error = async (a: tf.Tensor, b: tf.Tensor): Promise<number> => {
  const mean = tf.tidy(() => tf.mean(tf.square(tf.sub(a, b))))
  const [value = Number.NaN] = await mean.data()
  mean.dispose()
  return value
}
