import * as tf from '@tensorflow/tfjs-core'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { adam } from '../../../src/optimizers/adam.js'
import { fit } from '../../../src/training/fit.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { type Contestant, now } from './interleaved.js'
import { lossOf, type TrainingBatch, type TrainingModel } from './trainingModels.js'

/** The rule of every contestant. */
export const tx = () => adam({ learningRate: 1e-3 })
/** The same with an average beside it. */
export const averaging = () => withMovingAverage({ decay: 0.999 })(tx())

/** A model of its own, trained by `trainOnBatch`. */
export const byBatches = (
  name: string,
  { model }: TrainingModel,
  backend: string,
  before: () => void,
  [x, y]: TrainingBatch,
  optimizer: tf.Optimizer,
): Contestant => {
  const own = model()
  own.compile({ optimizer, loss: 'categoricalCrossentropy' })
  return {
    name,
    backend,
    timed: async (repeats) => {
      before()
      const start = now()
      for (let i = 0; i < repeats; i++) await own.trainOnBatch(x, y)
      return (now() - start) / repeats
    },
    end: () => {
      own.dispose()
      optimizer.dispose()
    },
  }
}

/** The same weights as plain tensors, trained by `fit`, which keeps the loss of each step for whoever asks. */
export const byFit = (
  name: string,
  one: TrainingModel,
  backend: string,
  before: () => void,
  batch: TrainingBatch,
): Contestant => {
  const own = one.model()
  const params = own.trainableWeights.map((weight) => tf.clone(weight.read()))
  own.dispose()
  const state = averaging().init(params)
  function* endless() {
    for (;;) yield batch
  }
  const ending = new AbortController()
  const run = fit(averaging(), lossOf(one), { signal: ending.signal })({ params, state }, endless())
  return {
    name,
    backend,
    timed: async (repeats) => {
      before()
      const start = now()
      for (let i = 0; i < repeats - 1; i++) await run.next()
      const last = await run.next()
      if (last.done !== true) await last.value.loss() // as `trainOnBatch` waits for the device, if once for all
      return (now() - start) / repeats
    },
    end: async () => {
      ending.abort()
      const { value: last } = await run.next() // the last generation belongs to whoever asked for it
      disposeExcept([params, state, last], [])
    },
  }
}
