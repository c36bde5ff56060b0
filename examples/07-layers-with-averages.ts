import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import 'polyak/gradients'
import { averagesCallback, layersOptimizer, withAverages } from 'polyak/layers'
import { compiling, network, rule, ruleName, stripes } from './layers/stripes.js'

/** A convolutional network of tfjs-layers, trained by a chain: each epoch tells how its averages do, the model is saved
 *  under them for who only predicts, and with its optimizer for who goes on. A loaded model goes on as if it had not
 *  stopped, bit for bit. */
export const layersWithAverages = async () => {
  const [x, y] = stripes(96, 1)
  const [heldOutX, heldOutY] = stripes(60, 2)
  const optimizer = layersOptimizer(rule, { name: ruleName })
  const model = network()
  model.compile({ optimizer, ...compiling })
  const fitting = (one: tfl.LayersModel, epochs: number) =>
    one.fit(x, y, {
      epochs,
      batchSize: 32,
      shuffle: false,
      verbose: 0,
      callbacks: averagesCallback(one, { validation: [heldOutX, heldOutY] }),
    })

  await fitting(model, 2)
  const whole = shelf() // in a browser 'indexeddb://stripes', say
  await model.save(whole, { includeOptimizer: true })
  const { history } = await fitting(model, 4)

  const loaded = await tfl.loadLayersModel(whole)
  await fitting(loaded, 4)

  const averages = shelf()
  await withAverages(model, (averaged) => averaged.save(averages))
  const predictor = await tfl.loadLayersModel(averages)
  predictor.compile({ optimizer: 'sgd', ...compiling })
  const [loss, accuracy] = predictor.evaluate(heldOutX, heldOutY) as tf.Scalar[]

  const found = {
    accuracies: history['average_acc'] ?? [],
    losses: history['average_loss'] ?? [],
    learningRates: history['learningRate'] ?? [],
    saved: { loss: loss?.dataSync()[0], accuracy: accuracy?.dataSync()[0] },
    unbroken: await withAverages(model, numbersOf),
    resumed: await withAverages(loaded, numbersOf),
  }
  tf.dispose([x, y, heldOutX, heldOutY, loss ?? [], accuracy ?? []])
  loaded.optimizer.dispose()
  optimizer.dispose()
  for (const one of [model, loaded, predictor]) one.dispose()
  return found
}

const numbersOf = (model: tfl.LayersModel): readonly number[][] =>
  model.weights.map((weight) => Array.from(weight.read().dataSync()))

/** Keeps a saved model in memory. */
const shelf = (): tf.io.IOHandler => {
  let kept: tf.io.ModelArtifacts = {}
  return {
    save: (artifacts) => {
      kept = artifacts
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
    },
    load: () => Promise.resolve(kept),
  }
}
