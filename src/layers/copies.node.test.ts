import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'
import { data, memory, mlp, weightsOf } from '../../laws/checks/layers/models.js'
import { adam } from '../optimizers/adam.js'
import { layersOptimizer } from './layersOptimizer.js'
import { registerLayersOptimizer, type Serialization } from './registerLayersOptimizer.js'

type Layers = typeof tfl

/** Another copy of tfjs-core and of tfjs-layers in the same process, as a program has it whose packages do not agree on a
 *  version. Their engine is one, their tables of classes are two. */
const otherCopy = (): { readonly core: { readonly serialization: Serialization }; readonly layers: Layers } => {
  const require = createRequire(import.meta.url)
  const ours = Object.keys(require.cache).filter((path) => path.includes('@tensorflow'))
  const kept = ours.map((path) => [path, require.cache[path]] as const)
  for (const path of ours) Reflect.deleteProperty(require.cache, path)
  const core = require('@tensorflow/tfjs-core') as { readonly serialization: Serialization }
  const layers = require('@tensorflow/tfjs-layers') as Layers
  for (const path of Object.keys(require.cache))
    if (path.includes('@tensorflow')) Reflect.deleteProperty(require.cache, path)
  for (const [path, module] of kept) require.cache[path] = module
  return { core, layers }
}

test('with two copies of tfjs: fit works across them; loading asks for the class in the copy that loads', async () => {
  const { core, layers } = otherCopy()
  expect(core.serialization).not.toBe(tf.serialization)
  expect(layers.sequential).not.toBe(tfl.sequential)
  const [x, y] = data()
  const { handler } = memory()
  const optimizer = layersOptimizer(adam({ learningRate: 0.05 }), { name: 'copies' })
  // a name that no model of this copy has: each copy counts for itself, and the engine's variables are one table
  const model = layers.sequential({
    layers: [layers.layers.dense({ units: 1, inputShape: [4], name: 'dense_of_another_copy' })],
  })
  model.compile({ optimizer, loss: 'meanSquaredError' })
  const before = weightsOf(model)
  await model.fit(x, y, { epochs: 1, verbose: 0 })
  expect(weightsOf(model)).not.toEqual(before)
  expect(optimizer.iterations).toBe(1)
  await model.save(handler, { includeOptimizer: true })
  await expect(layers.loadLayersModel(handler)).rejects.toThrow(/Unknown layer: PolyakOptimizer/)
  registerLayersOptimizer(core.serialization)
  registerLayersOptimizer(core.serialization)
  const loaded = await layers.loadLayersModel(handler)
  for (const one of [model, loaded]) await one.trainOnBatch(x, y)
  expect(weightsOf(loaded)).toEqual(weightsOf(model))
})

test('a plain record is what tfjs takes for an optimizer, and tf.Optimizer is never asked', () => {
  const optimizer = layersOptimizer(adam({ learningRate: 0.05 }))
  expect(Object.getPrototypeOf(optimizer)).toBe(Object.prototype)
  expect(optimizer).toBeInstanceOf(tf.Optimizer)
  const model = mlp()
  expect(() => model.compile({ optimizer, loss: 'meanSquaredError' })).not.toThrow()
  model.dispose()
})
