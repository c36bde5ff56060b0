import '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import '../../../src/webgl.js'
import '../../../src/gradients/index.js'
import { layersOptimizer } from '../../../src/layers/layersOptimizer.js'
import { rendererName } from '../rendererName.js'
import { ended, interleaved, type Timing } from './interleaved.js'
import { averaging, byBatches, byFit, tx } from './trainingContestants.js'
import { trainingModels } from './trainingModels.js'

/** What the page offers to the bench of training. */
export interface TrainingPage {
  readonly models: readonly string[]
  readonly renderer: () => string
  readonly measure: (model: string, seconds: number) => Promise<readonly Timing[]>
}

const measure = async (name: string, seconds: number): Promise<readonly Timing[]> => {
  const one = trainingModels.find((model) => model.name === name)
  if (one === undefined) throw new Error(`there is no model "${name}"`)
  const batch = one.batch()
  const nothing = (): void => {}
  const contestants = [
    byBatches('trainOnBatch, tf.train.adam', one, 'webgl', nothing, batch, tf.train.adam(1e-3)),
    byBatches('trainOnBatch, our adam', one, 'webgl', nothing, batch, layersOptimizer(tx())),
    byBatches('trainOnBatch, our adam with an average', one, 'webgl', nothing, batch, layersOptimizer(averaging())),
    byFit('fit, our adam with an average', one, 'webgl', nothing, batch),
  ]
  const timings = await interleaved(contestants, { seconds, enter: () => Promise.resolve() })
  await ended(contestants)
  tf.dispose([...batch])
  return timings
}

await tf.setBackend('webgl')
await tf.ready()

const page: TrainingPage = {
  models: trainingModels.map(({ name }) => name),
  measure,
  renderer: rendererName,
}
Object.assign(globalThis, { polyakTraining: page })
