import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { data, memory, mlp, tensor, weightsOf } from '../../laws/checks/layers/models.js'
import { uniform } from '../averaging/schemes/uniform.js'
import { withAverage } from '../averaging/withAverage.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { partition } from '../combinators/partition.js'
import { byPath } from '../combinators/byPath.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { linearSchedule } from '../schedules/linearSchedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { averagesCallback } from './averagesCallback.js'
import { layersOptimizer } from './layersOptimizer.js'
import { withAverages } from './withAverages.js'

const averaged = () => withMovingAverage({ decay: 0.75 })(adam({ learningRate: 0.05 }))

const read = (tree: unknown): readonly number[][] => tensorsOf(tree).map((one) => Array.from(one.dataSync()))

const compiled = (
  tx: Transformation<StateLambda> = averaged() as unknown as Transformation<StateLambda>,
  { normalised = false, metrics = [] as string[] } = {},
) => {
  const model = mlp({ normalised })
  const optimizer = layersOptimizer(tx)
  model.compile({ optimizer, loss: 'meanSquaredError', metrics })
  return { model, optimizer }
}

const trained = async (...given: Parameters<typeof compiled>) => {
  const made = compiled(...given)
  for (let i = 0; i < 4; i++) {
    // another size is another set of programs
    const [x, y] = data(backendName === 'webgl' ? 6 : 6 + i)
    await made.model.trainOnBatch(x, y)
    tf.dispose([x, y])
  }
  return made
}

/** Nothing is left behind. */
const leavingNothing = async (body: () => Promise<void>): Promise<void> => {
  const before = tf.memory().numTensors
  await body()
  expect(tf.memory().numTensors).toBe(before)
}

describe('withAverages', () => {
  test('the averages stand in the place of parameters, and everything is as it was afterwards', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained()
      const [before, state] = [weightsOf(model), read(optimizer.state)]
      const average = read((optimizer.state as { readonly average: unknown }).average)
      const tensors = tf.memory().numTensors
      expect(average).not.toEqual(before)
      expect(await withAverages(model, (inside) => weightsOf(inside))).toEqual(average)
      expect(weightsOf(model)).toEqual(before)
      expect(read(optimizer.state)).toEqual(state)
      expect(tf.memory().numTensors).toBe(tensors)
      model.dispose()
      optimizer.dispose()
    })
  })

  test('whatever the function does: throw, reject, give other weights', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained()
      const before = weightsOf(model)
      await expect(withAverages(model, () => expect.fail('thrown inside'))).rejects.toThrow('thrown inside')
      expect(weightsOf(model)).toEqual(before)
      await expect(withAverages(model, () => Promise.reject(new Error('rejected inside')))).rejects.toThrow('rejected')
      expect(weightsOf(model)).toEqual(before)
      await withAverages(model, (inside) => {
        const zeros = inside.getWeights().map((weight) => tf.zerosLike(weight))
        inside.setWeights(zeros)
        tf.dispose(zeros)
      })
      expect(weightsOf(model)).toEqual(before)
      model.dispose()
      optimizer.dispose()
    })
  })

  test('training, replacing, saving the optimizer and nesting throw while averages are in place', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained()
      const [x, y] = data()
      const before = weightsOf(model)
      await withAverages(model, async (inside) => {
        await expect(inside.trainOnBatch(x, y)).rejects.toThrow(/averages stand in the place of parameters/)
        expect(() => optimizer.applyGradients({})).toThrow(/averages stand/)
        expect(() => optimizer.replace(optimizer.state as never)).toThrow(/averages stand/)
        await expect(optimizer.getWeights()).rejects.toThrow(/without includeOptimizer/)
        await expect(withAverages(inside, () => 0)).rejects.toThrow(/in place already/)
      })
      expect(weightsOf(model)).toEqual(before)
      await model.trainOnBatch(x, y)
      expect(weightsOf(model)).not.toEqual(before)
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  test('a model saved inside has the averages', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained()
      const { handler } = memory()
      await withAverages(model, (inside) => inside.save(handler))
      const loaded = await tfl.loadLayersModel(handler)
      expect(weightsOf(loaded)).toEqual(await withAverages(model, weightsOf))
      loaded.dispose()
      model.dispose()
      optimizer.dispose()
    })
  })

  test('a model whose optimizer trains another one is refused by the names of both', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained()
      const other = mlp()
      other.compile({ optimizer, loss: 'meanSquaredError' })
      await expect(withAverages(other, () => 0)).rejects.toThrow(
        /^withAverages: the averages are those of another model, of one\/kernel.*; this one has one\/kernel.* of its own\.$/,
      )
      expect(await withAverages(model, () => 0)).toBe(0)
      other.dispose()
      model.dispose()
      optimizer.dispose()
    })
  })

  test('a loaded model has its averages, those of its statistics too, before it is trained again', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained(undefined, { normalised: true })
      model.getLayer('one').trainable = false
      const { handler } = memory()
      await model.save(handler, { includeOptimizer: true })
      const loaded = await tfl.loadLayersModel(handler)
      const own = loaded.optimizer as unknown as typeof optimizer
      for (const statistics of ['averaged', 'kept'] as const)
        expect(await withAverages(loaded, weightsOf, { statistics })).toEqual(
          await withAverages(model, weightsOf, { statistics }),
        )
      const [x, y] = data()
      await model.trainOnBatch(x, y)
      await loaded.trainOnBatch(x, y)
      expect(read(own.state)).toEqual(read(optimizer.state))
      tf.dispose([x, y])
      loaded.dispose()
      own.dispose()
      model.dispose()
      optimizer.dispose()
    })
  })

  test('what is not there is refused with what is', async () => {
    const [x, y] = data()
    const { model } = compiled()
    await expect(withAverages(model, () => 0)).rejects.toThrow(/before the first step/)
    await model.trainOnBatch(x, y)
    await expect(withAverages(model, () => 0, { average: 'Slow' })).rejects.toThrow(
      /no average named "Slow". There is ExponentialMovingAverage/,
    )
    const none = compiled(sgd({ learningRate: 0.1 }) as unknown as Transformation<StateLambda>).model
    await none.trainOnBatch(x, y)
    await expect(withAverages(none, () => 0)).rejects.toThrow(/keeps no average/)
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    await expect(withAverages(model, () => 0)).rejects.toThrow(/compiled with a layersOptimizer/)
    await expect(withAverages(model, () => 0, { statistics: 'no' as 'kept' })).rejects.toThrow(/'kept', 'averaged'/)
    tf.dispose([x, y])
  })
})

describe('statistics of batch normalisation', () => {
  const statistics = (model: tfl.LayersModel) =>
    model.nonTrainableWeights.map((weight) => Array.from(weight.read().dataSync()))

  test("'kept' leaves those of the training", async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained(undefined, { normalised: true })
      const before = statistics(model)
      expect(await withAverages(model, statistics)).toEqual(before)
      model.dispose()
      optimizer.dispose()
    })
  })

  test("'averaged' averages them as the parameters are, and a saved model goes on with that", async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = compiled(undefined, { normalised: true })
      const batches = Array.from({ length: 4 }, (_, i) => data(6 + i))
      const { handler } = memory()
      const expected: number[][][] = []
      for (const [i, [x, y]] of batches.entries()) {
        await model.trainOnBatch(x, y)
        const now = statistics(model)
        const last = expected.at(-1)
        expected.push(
          last === undefined ? now : last.map((a, k) => a.map((v, n) => v - 0.25 * (v - (now[k]?.[n] ?? 0)))),
        )
        if (i === 2) await model.save(handler, { includeOptimizer: true })
      }
      const found = await withAverages(model, statistics, { statistics: 'averaged' })
      found.forEach((one, k) => one.forEach((v, n) => expect(v).toBeCloseTo(expected[3]?.[k]?.[n] ?? NaN, 5)))
      const loaded = await tfl.loadLayersModel(handler)
      await loaded.trainOnBatch(...(batches[3] ?? expect.fail()))
      expect(await withAverages(loaded, weightsOf, { statistics: 'averaged' })).toEqual(
        await withAverages(model, weightsOf, { statistics: 'averaged' }),
      )
      expect(statistics(loaded)).toEqual(statistics(model))
      loaded.optimizer.dispose()
      loaded.dispose()
      model.dispose()
      optimizer.dispose()
      tf.dispose(batches as unknown as tf.Tensor[])
    })
  })

  test("'averaged' by a plain mean is the mean of all statistics so far", async () => {
    await leavingNothing(async () => {
      const tx = withAverage(uniform())(adam({ learningRate: 0.05 })) as unknown as Transformation<StateLambda>
      const { model, optimizer } = compiled(tx, { normalised: true })
      const seen: (readonly (readonly number[])[])[] = []
      for (let i = 0; i < 3; i++) {
        const [x, y] = data(6)
        await model.trainOnBatch(x, y)
        seen.push(statistics(model))
        tf.dispose([x, y])
      }
      const found = await withAverages(model, statistics, { statistics: 'averaged' })
      found.forEach((one, k) =>
        one.forEach((v, n) => {
          const mean = seen.reduce((sum, now) => sum + (now[k]?.[n] ?? Number.NaN), 0) / seen.length
          expect(v).toBeCloseTo(mean, 6)
        }),
      )
      model.dispose()
      optimizer.dispose()
    })
  })

  test("'averaged' moves where the average of the parameters moves: not inside a round of multiSteps", async () => {
    await leavingNothing(async () => {
      const tx = multiSteps({ everyKSchedule: 2 })(averaged()) as unknown as Transformation<StateLambda>
      const { model, optimizer } = compiled(tx, { normalised: true })
      const [x, y] = data()
      const seen = []
      for (let i = 0; i < 4; i++) {
        await model.trainOnBatch(x, y)
        seen.push(await withAverages(model, statistics, { statistics: 'averaged' }))
      }
      expect(seen[2]).toEqual(seen[1])
      expect(seen[3]).not.toEqual(seen[2])
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  test('re-estimated: those of all batches together, whatever their sizes; the training goes on as if nothing', async () => {
    await leavingNothing(async () => {
      const { model, optimizer } = await trained(undefined, { normalised: true })
      const before = weightsOf(model)
      const all = tensor([11, 4], 5)
      const sizes = [5, 1, 3, 2]
      const batches = {
        async *[Symbol.asyncIterator]() {
          let from = 0
          for (const size of sizes) {
            const batch = tf.slice(all, [from, 0], [size, 4])
            from += size
            yield await Promise.resolve(batch)
            batch.dispose()
          }
        },
      }
      const [mean = [], variance = []] = await withAverages(model, statistics, { statistics: batches })
      const [kernel, bias] = read((optimizer.state as { readonly average: object }).average)
      const expected = tf.tidy(() => {
        const hidden = tf.tanh(
          tf.add(tf.matMul(all as tf.Tensor2D, tf.tensor2d(kernel ?? [], [4, 8])), tf.tensor1d(bias ?? [])),
        )
        const { mean, variance } = tf.moments(hidden, 0)
        return [mean, variance].map((one) => Array.from(one.dataSync()))
      })
      mean.forEach((v, i) => expect(v).toBeCloseTo(expected[0]?.[i] ?? NaN, 5))
      variance.forEach((v, i) => expect(v).toBeCloseTo(expected[1]?.[i] ?? NaN, 5))
      expect(weightsOf(model)).toEqual(before)
      const none = { [Symbol.asyncIterator]: () => [][Symbol.iterator]() as unknown as AsyncIterator<tf.Tensor> }
      await expect(withAverages(model, () => 0, { statistics: none })).rejects.toThrow(/has no batches/)
      expect(weightsOf(model)).toEqual(before)
      expect(Object.hasOwn(model.getLayer('norm'), 'call')).toBe(false)
      all.dispose()
      model.dispose()
      optimizer.dispose()
    })
  })
})

describe('averagesCallback', () => {
  const run = async (callbacks: (model: tfl.LayersModel) => tfl.CustomCallbackArgs | undefined) => {
    const tx = chain(
      clipByGlobalNorm({ maxNorm: 1 }),
      withMovingAverage({ decay: 0.75 })(
        adam({ learningRate: linearSchedule({ initValue: 0.1, endValue: 0.02, transitionSteps: 8 }) }),
      ),
    ) as unknown as Transformation<StateLambda>
    const { model, optimizer } = compiled(tx, { normalised: true, metrics: ['mae'] })
    const [x, y] = data()
    const own = callbacks(model)
    const { history } = await model.fit(x, y, {
      epochs: 3,
      batchSize: 12,
      shuffle: false,
      verbose: 0,
      ...(own === undefined ? {} : { callbacks: own }),
    })
    const result = { weights: weightsOf(model), state: read(optimizer.state), history }
    tf.dispose([x, y])
    model.dispose()
    optimizer.dispose()
    return result
  }

  test('evaluates the averages each epoch, into the history; the training is the same to the bit', async () => {
    await leavingNothing(async () => {
      const validation = data(10)
      const losses: number[] = []
      const bare = await run(() => undefined)
      const told = await run((model) => {
        const own = averagesCallback(model, { validation, statistics: 'averaged' })
        return {
          ...own,
          onEpochEnd: async (epoch, logs) => {
            await own.onEpochEnd?.(epoch, logs)
            const [loss] = await withAverages(
              model,
              (inside) => inside.evaluate(...validation, { verbose: 0 }) as tf.Scalar[],
              { statistics: 'averaged' },
            ).then((scalars) => scalars.map((one) => ({ value: one.dataSync()[0] ?? NaN, gone: one.dispose() })))
            losses.push(loss?.value ?? NaN)
          },
        }
      })
      expect(told.weights).toEqual(bare.weights)
      expect(told.state).toEqual(bare.state)
      expect(told.history['loss']).toEqual(bare.history['loss'])
      expect(told.history['average_loss']).toEqual(losses)
      expect(told.history['average_mae']).toHaveLength(3)
      expect(told.history['averageDecay']).toEqual([0.75, 0.75, 0.75])
      const rates = told.history['learningRate'] ?? []
      ;[0.08, 0.06, 0.04].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 6))
      tf.dispose([...validation])
    })
  })

  test('keeps the best: saved under the averages, where the monitored number is the least so far', async () => {
    await leavingNothing(async () => {
      const validation = data(10)
      const kept: (readonly number[][])[] = []
      const { history } = await run((model) =>
        averagesCallback(model, {
          validation,
          keep: {
            monitor: 'average_loss',
            save: async (inside) => {
              await expect(inside.trainOnBatch(...validation)).rejects.toThrow()
              kept.push(weightsOf(inside))
            },
          },
        }),
      )
      const losses = history['average_loss'] as number[]
      const better = losses.filter((loss, i) => losses.slice(0, i).every((earlier) => loss < earlier))
      expect(kept).toHaveLength(better.length)
      expect(kept.length).toBeGreaterThan(0)
      tf.dispose([...validation])
    })
  })

  test('several inputs and outputs; wrapped, it goes before callbacks of tfjs that watch the averages', async () => {
    await leavingNothing(async () => {
      const inputs = [tfl.input({ shape: [4] }), tfl.input({ shape: [4] })]
      const both = tfl.layers.concatenate().apply(inputs) as tfl.SymbolicTensor
      const outputs = ['a', 'b'].map((name) => tfl.layers.dense({ units: 1, name }).apply(both) as tfl.SymbolicTensor)
      const model = tfl.model({ inputs, outputs })
      const optimizer = layersOptimizer(averaged())
      model.compile({ optimizer, loss: 'meanSquaredError' })
      const [x, y] = data()
      const validation: [tf.Tensor[], tf.Tensor[]] = [
        [x, x],
        [y, y],
      ]
      const { history } = await model.fit(...validation, {
        epochs: 9,
        verbose: 0,
        callbacks: [
          new tfl.CustomCallback(averagesCallback(model, { validation })),
          tfl.callbacks.earlyStopping({ monitor: 'average_loss', mode: 'max', patience: 1 }),
        ],
      })
      expect(history['average_a_loss']).toHaveLength(2)
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  test('a number to monitor that is not in the logs is refused with those that are', async () => {
    const validation = data(10)
    await expect(
      run((model) =>
        averagesCallback(model, { validation, keep: { monitor: 'nothing', save: () => Promise.resolve() } }),
      ),
    ).rejects.toThrow(/"nothing". There are .*average_loss/)
    tf.dispose([...validation])
  })

  test('groups with rates of their own have a number each', async () => {
    const tx = withMovingAverage({ decay: 0.5 })(
      partition({
        transforms: { slow: sgd({ learningRate: 0.01 }), fast: sgd({ learningRate: 0.1 }) },
        paramLabels: byPath((path) => (path.startsWith('one') ? 'slow' : 'fast')),
      }),
    ) as unknown as Transformation<StateLambda>
    const { model, optimizer } = compiled(tx)
    const [x, y] = data()
    const { history } = await model.fit(x, y, {
      epochs: 1,
      verbose: 0,
      callbacks: averagesCallback(model, { validation: [x, y] }),
    })
    const rates = Object.entries(history).flatMap(([key, [value]]) => (key.startsWith('learningRate_') ? [value] : []))
    expect(rates.map((rate) => Number(rate).toFixed(3)).sort()).toEqual(['0.010', '0.100'])
    tf.dispose([x, y])
    model.dispose()
    optimizer.dispose()
  })
})
