import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { data, memory, mlp, tensor, weightsOf } from '../../laws/checks/layers/models.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { chain } from '../combinators/chain.js'
import { byPath } from '../combinators/byPath.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adafactor } from '../optimizers/adafactor.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { cosineDecaySchedule } from '../schedules/cosineDecaySchedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { mapTensors } from '../training/mapTensors.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeSet } from '../tree/treeSet.js'
import { type LayersOptimizer, layersOptimizer } from './layersOptimizer.js'

const everything = () =>
  withMovingAverage({ decay: 0.9, debias: true })(
    chain(
      clipByGlobalNorm({ maxNorm: 0.5 }),
      adamw({ learningRate: cosineDecaySchedule({ initValue: 0.02, decaySteps: 50 }), weightDecay: 0.01 }),
    ),
  )

const read = (tree: unknown): readonly number[][] => tensorsOf(tree).map((tensor) => Array.from(tensor.dataSync()))

/** The optimizer of a loaded model, of which only its chain knows the type. */
const optimizerOf = (model: tfl.LayersModel): LayersOptimizer<StateLambda> =>
  model.optimizer as unknown as LayersOptimizer<StateLambda>

const trained = async (model: tfl.LayersModel, batches: readonly (readonly [tf.Tensor, tf.Tensor])[]) => {
  for (const [x, y] of batches) await model.trainOnBatch(x, y)
}

/** Six batches; and three, a saved and loaded model, and three more. What both have then, the names included. */
const both = async (optimizer: () => tf.Optimizer, make = () => mlp({ normalised: true })) => {
  const batches = Array.from({ length: 6 }, (_, i) => data(6 + i))
  const results = []
  const names = []
  for (const saved of [false, true]) {
    const { handler } = memory()
    const own = optimizer()
    let model: tfl.LayersModel = make()
    model.compile({ optimizer: own, loss: 'meanSquaredError' })
    await trained(model, batches.slice(0, 3))
    if (saved) {
      await model.save(handler, { includeOptimizer: true })
      names.push(model.trainableWeights.map(({ name }) => name))
      const loaded = await tfl.loadLayersModel(handler)
      model.dispose()
      own.dispose()
      model = loaded
      names.push(model.trainableWeights.map(({ name }) => name))
    }
    await trained(model, batches.slice(3))
    const { state } = optimizerOf(model)
    results.push({
      weights: weightsOf(model),
      state: read(state),
      numbers: JSON.stringify(state, onlyNumbers).replaceAll(/_\d+/g, ''),
    })
    optimizerOf(model).dispose()
    model.dispose()
  }
  tf.dispose(batches as unknown as tf.Tensor[])
  return { results, names }
}

/** What tfjs leaves alone when it rewrites strings. */
const digits = (name: string): string =>
  Array.from(new TextEncoder().encode(name), (byte) => byte.toString(16).padStart(2, '0')).join('')

const onlyNumbers = (_: string, value: unknown): unknown => (value instanceof tf.Tensor ? undefined : value)

describe('model.save and loadLayersModel', () => {
  const chains: Readonly<Record<string, () => Transformation<StateLambda>>> = {
    'a clip, a schedule, batch normalisation and a debiased average': () =>
      everything() as unknown as Transformation<StateLambda>,
    'gathered updates, in the middle of a round': () =>
      multiSteps({ everyKSchedule: 2 })(adam({ learningRate: 0.05 })) as unknown as Transformation<StateLambda>,
    'what is no equation': () => adafactor({ learningRate: 0.05 }) as unknown as Transformation<StateLambda>,
    'no slot at all': () => sgd({ learningRate: 0.05 }) as unknown as Transformation<StateLambda>,
  }
  test.each(Object.keys(chains))('goes on bit for bit: %s', async (name) => {
    const before = tf.memory().numTensors
    const tx = chains[name]?.() ?? expect.fail()
    const { results, names } = await both(() => layersOptimizer(tx, { name: `saved ${name}` }))
    const [unbroken, resumed] = results
    expect(resumed).toEqual(unbroken)
    const [saved = [], loaded = []] = names
    expect(saved.every((one, i) => one !== loaded[i])).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('layers frozen when it was saved keep their moments, and go on once they are unfrozen', async () => {
    const before = tf.memory().numTensors
    const [x, y] = data()
    const { handler } = memory()
    const tx = everything()
    const own = layersOptimizer(tx, { name: 'frozen' })
    const model = mlp()
    model.compile({ optimizer: own, loss: 'meanSquaredError' })
    await model.trainOnBatch(x, y)
    model.getLayer('two').trainable = false
    model.compile({ optimizer: own, loss: 'meanSquaredError' })
    await model.trainOnBatch(x, y)
    await model.save(handler, { includeOptimizer: true })
    const loaded = await tfl.loadLayersModel(handler)
    for (const one of [model, loaded]) {
      await one.trainOnBatch(x, y)
      one.getLayer('two').trainable = true
      one.compile({ optimizer: one.optimizer, loss: 'meanSquaredError' })
      await one.trainOnBatch(x, y)
    }
    expect(weightsOf(loaded)).toEqual(weightsOf(model))
    expect(read(optimizerOf(loaded).state)).toEqual(read(own.state))
    optimizerOf(loaded).dispose()
    own.dispose()
    tf.dispose([x, y])
    model.dispose()
    loaded.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('layers of one shape that were met in another order than the model has them in keep their own moments', async () => {
    const before = tf.memory().numTensors
    const [x, y] = [tensor([6, 2], 1), tensor([6, 2], 2)]
    const own = layersOptimizer(everything(), { name: 'met in another order' })
    const model = tfl.sequential({
      layers: [1, 2, 3].map(() => tfl.layers.dense({ units: 2, inputShape: [2], useBias: false })),
    })
    const [first] = model.layers
    for (const trainable of [false, true]) {
      if (first !== undefined) first.trainable = trainable
      model.compile({ optimizer: own, loss: 'meanSquaredError' })
      await trained(model, [
        [x, y],
        [x, y],
      ])
    }
    const { handler } = memory()
    await model.save(handler, { includeOptimizer: true })
    const loaded = await tfl.loadLayersModel(handler)
    const replaced = await tfl.loadLayersModel(handler)
    optimizerOf(replaced).dispose()
    const other = layersOptimizer(everything())
    replaced.compile({ optimizer: other, loss: 'meanSquaredError' })
    other.replace(mapTensors(own.state, (one) => tf.clone(one)) as never)
    for (const one of [model, loaded, replaced]) await one.trainOnBatch(x, y)

    expect(weightsOf(loaded)).toEqual(weightsOf(model))
    expect(weightsOf(replaced)).toEqual(weightsOf(model))
    for (const one of [loaded, replaced, model]) {
      optimizerOf(one).dispose()
      one.dispose()
    }
    tf.dispose([x, y])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a chain that this program has not made is named', async () => {
    const { handler, saved } = memory()
    const own = layersOptimizer(sgd({ learningRate: 0.1 }), { name: 'here' })
    const model = mlp()
    model.compile({ optimizer: own, loss: 'meanSquaredError' })
    await model.save(handler, { includeOptimizer: true })
    const config = JSON.stringify(saved().trainingConfig)
    const elsewhere = config.replace(digits('here'), digits('a_chain of_Elsewhere'))
    const moved = tfl.loadLayersModel({
      load: () => Promise.resolve({ ...saved(), trainingConfig: JSON.parse(elsewhere) as tf.io.TrainingConfig }),
    })
    await expect(moved).rejects.toThrow(/trained by the chain named "a_chain of_Elsewhere", which this program has not/)
    model.dispose()
    own.dispose()
  })

  test.each(['snake_case_and_CamelCase', '_private', 'umlauts äöü, "quotes"', '12e5'])(
    'the name %s comes back as it was',
    async (name) => {
      const { handler } = memory()
      const own = layersOptimizer(sgd({ learningRate: 0.1 }), { name })
      const model = mlp()
      model.compile({ optimizer: own, loss: 'meanSquaredError' })
      await model.save(handler, { includeOptimizer: true })
      const loaded = await tfl.loadLayersModel(handler)
      expect(optimizerOf(loaded).getConfig()).toEqual(own.getConfig())
      expect(own.getConfig()['chain']).toBe(digits(name))
      model.dispose()
      loaded.dispose()
    },
  )

  test('two different chains of one name are refused; the same chain again is not', () => {
    layersOptimizer(adam({ learningRate: 0.1 }), { name: 'twice' })
    expect(() => layersOptimizer(adam({ learningRate: 0.1 }), { name: 'twice' })).not.toThrow()
    expect(() => layersOptimizer(adam({ learningRate: 0.2 }), { name: 'twice' })).toThrow(
      /two chains are named "twice"/,
    )
  })

  test('without a name a chain is found by what it says of itself', async () => {
    const { handler } = memory()
    const { results } = await both(() => layersOptimizer(everything()))
    expect(results[1]).toEqual(results[0])
    const own = layersOptimizer(sgd({ learningRate: 0.123 }))
    const model = mlp()
    model.compile({ optimizer: own, loss: 'meanSquaredError' })
    await model.save(handler, { includeOptimizer: true })
    for (let i = 0; i < 70; i++) layersOptimizer(sgd({ learningRate: 1 + i }))
    await expect(tfl.loadLayersModel(handler)).rejects.toThrow(/learningRate: 0.123/)
    model.dispose()
  })
})

describe('weights', () => {
  const variable = (values: number[], name: string): tf.Variable =>
    tf.tidy(() => tf.variable(tf.tensor1d(values), true, name))

  test('iter comes first, names are unique, numbers above 2²⁴ and decimals are exact', async () => {
    const before = tf.memory().numTensors
    const tx = everything()
    const [one, other] = [layersOptimizer(tx, { name: 'exact' }), layersOptimizer(tx, { name: 'exact' })]
    const w = variable([1, 2], 'weights/w')
    const loss = () => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(w)))
    one.minimize(loss, false, [w])
    const state = one.state ?? expect.fail('no state')
    one.replace({ ...treeSet(state, ['count'], 2 ** 40 + 1), block: 0.1 })
    const weights = await one.getWeights()
    expect(weights[0]?.name).toBe('iter')
    expect(weights[0]?.tensor.dataSync()[0]).toBe(1)
    expect(new Set(weights.map(({ name }) => name)).size).toBe(weights.length)
    expect(weights.map(({ name }) => name)).toContain('polyak/weights/w/ExponentialMovingAverage')
    await other.setWeights(weights)
    expect(other.iterations).toBe(1)
    expect(other.params).toBe(null)
    expect(other.state).toMatchObject({ count: 2 ** 40 + 1, block: 0.1 })
    expect(read(other.state)).toEqual(read(one.state))
    expect(tensorsOf(other.state).some((tensor) => tensorsOf(one.state).includes(tensor))).toBe(false)
    w.dispose()
    one.dispose()
    other.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a mask by name means the names of when the training began', async () => {
    const tx = masked({ mask: byPath((path) => path === 'weights/w'), otherwise: 'zero' })(sgd({ learningRate: 0.5 }))
    const [one, other] = [layersOptimizer(tx), layersOptimizer(tx)]
    const [w, b, moved, still] = ['w', 'b', 'w_1', 'b_1'].map((name) => variable([1, 2], `weights/${name}`)) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ]
    const loss =
      (...of: readonly tf.Tensor[]) =>
      () =>
        tf.tidy(() => tf.sum<tf.Scalar>(tf.square(tf.addN([...of]))))
    one.minimize(loss(w, b), false, [w, b])
    await other.setWeights(await one.getWeights())
    other.minimize(loss(moved, still), false, [moved, still])
    expect(Array.from(moved.dataSync())).toEqual([-1, -2])
    expect(Array.from(still.dataSync())).toEqual([1, 2])
    tf.dispose([w, b, moved, still])
    one.dispose()
    other.dispose()
  })

  test('saving again and again leaves three tensors at most', async () => {
    const optimizer = layersOptimizer(everything())
    const w = variable([1, 2], 'weights/w')
    optimizer.minimize(() => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(w))), false, [w])
    const before = tf.memory().numTensors
    for (let i = 0; i < 5; i++) await optimizer.getWeights()
    expect(tf.memory().numTensors - before).toBe(3)
    w.dispose()
    optimizer.dispose()
  })

  test('those of another chain, and of an optimizer of tfjs, are refused with what is wrong', async () => {
    const before = tf.memory().numTensors
    const w = variable([1, 2], 'weights/w')
    const loss = () => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(w)))
    const [one, other] = [layersOptimizer(adam({ learningRate: 0.1 })), layersOptimizer(sgd({ learningRate: 0.1 }))]
    one.minimize(loss, false, [w])
    await expect(other.setWeights(await one.getWeights())).rejects.toThrow(/weights\/w\/0\.mu: expected no such tensor/)
    const theirs = tf.train.adam(0.1)
    theirs.minimize(loss, false, [w])
    const weights = await theirs.getWeights()
    await expect(other.setWeights(weights)).rejects.toThrow(/those of an optimizer of tfjs/)
    weights[0]?.tensor.dispose()
    w.dispose()
    one.dispose()
    theirs.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a loaded state is of a model of the same shapes, else it is refused', async () => {
    const [one, other] = [layersOptimizer(adam({ learningRate: 0.1 })), layersOptimizer(adam({ learningRate: 0.1 }))]
    const [w, v] = [variable([1, 2], 'weights/w'), variable([1, 2, 3], 'weights/v')]
    one.minimize(() => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(w))), false, [w])
    await other.setWeights(await one.getWeights())
    expect(() => other.minimize(() => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(v))), false, [v])).toThrow(
      /one optimizer trains one model.*weights\/v \[3\]/,
    )
    tf.dispose([w, v])
    one.dispose()
    other.dispose()
  })
})

test("through this library's own files, into variables that bear other names", async () => {
  const before = tf.memory().numTensors
  const [x, y] = data()
  const tx = everything()
  const store = memoryStore()
  const [own, next] = [layersOptimizer(tx), layersOptimizer(tx)]
  const [model, again] = [mlp(), mlp()]
  model.compile({ optimizer: own, loss: 'meanSquaredError' })
  again.compile({ optimizer: next, loss: 'meanSquaredError' })
  await model.trainOnBatch(x, y)
  const now = { params: own.params ?? expect.fail('no params'), state: own.state ?? expect.fail('no state') }
  await save({ store, name: 'own', optimizer: tx, ...now })
  const { params, state } = await restore({ store, name: 'own', optimizer: tx, like: now })
  const tensors = tensorsOf(params)
  again.trainableWeights.forEach((weight, i) => weight.write(tensors[i] as tf.Tensor))
  next.replace(state)
  for (const one of [model, again]) await one.trainOnBatch(x, y)
  expect(weightsOf(again)).toEqual(weightsOf(model))
  expect(read(next.state)).toEqual(read(own.state))
  disposeExcept(params, [])
  tf.dispose([x, y])
  for (const one of [model, again, own, next]) one.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
