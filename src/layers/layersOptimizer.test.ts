import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { cnn, data, mlp, tensor, weightsOf } from '../../laws/checks/layers/models.js'
import { whole } from '../../laws/checks/part.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { hide } from '../combinators/transformations.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeSet } from '../tree/treeSet.js'
import { fromNamed } from './fromNamed.js'
import { layersOptimizer } from './layersOptimizer.js'

const averaged = () =>
  withMovingAverage({ decay: 0.9 })(
    chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.01, weightDecay: 0.01 })),
  )

const read = (tree: unknown): readonly number[][] => tensorsOf(tree).map((tensor) => Array.from(tensor.dataSync()))

/** A variable, and nothing beside it: `tf.variable` leaves its first value to the caller. */
const variable = (value: number | readonly number[], name: string, trainable = true): tf.Variable =>
  tf.tidy(() => tf.variable(tf.tensor(value as number | number[], undefined, 'float32'), trainable, name))

/** Leaves nothing behind, whatever the test makes. */
const leavingNothing = async (body: () => Promise<void> | void): Promise<void> => {
  const before = tf.memory().numTensors
  await body()
  expect(tf.memory().numTensors).toBe(before)
}

const compiled = (optimizer: tf.Optimizer, model = mlp()) => {
  model.compile({ optimizer, loss: 'meanSquaredError' })
  return model
}

describe('compile and fit', () => {
  // convolutions need 'polyak/gradients' on wasm
  const networks = { 'dense layers': mlp, convolutions: cnn }
  test.each(Object.entries(networks))('the same losses as tf.train.adam, for the same rule: %s', async (_, make) => {
    await leavingNothing(async () => {
      const ours = layersOptimizer(adam({ learningRate: 0.01, eps: 1e-8 }))
      const theirs = tf.train.adam(0.01, 0.9, 0.999, 1e-8)
      const losses = []
      for (const optimizer of [ours, theirs]) {
        const model = compiled(optimizer, make())
        const [x, y] = [tensor([24, ...(model.inputs[0]?.shape ?? []).slice(1).map(Number)], 11), tensor([24, 1], 12)]
        const { history } = await model.fit(x, y, { epochs: 6, batchSize: 8, shuffle: false, verbose: 0 })
        losses.push((history['loss'] ?? []).map(Number))
        tf.dispose([x, y])
        model.dispose()
        optimizer.dispose()
      }
      const [mine = [], yours = []] = losses
      expect(mine).toHaveLength(6)
      expect(mine[5]).toBeLessThan(mine[0] as number)
      mine.forEach((loss, i) => expect(Math.abs(loss - (yours[i] as number))).toBeLessThanOrEqual(5e-6))
    })
  })

  test('it is a step of the chain on the tree of variables, bit for bit', async () => {
    await leavingNothing(() => {
      const [x, y] = data()
      const optimizer = layersOptimizer(averaged())
      const model = mlp()
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
      const loss = () => tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor) as tf.Scalar
      const copies = fromNamed(
        variables.map(({ name }, i) => ({ name, tensor: tf.clone(variables[i] as tf.Variable) })),
      )
      let now = { params: copies, state: averaged().init(copies) }
      for (let i = 0; i < 3; i++) {
        const { value, grads } = tf.variableGrads(loss, variables)
        const next = step(averaged())(fromNamed(grads), now.state, now.params)
        disposeExcept(now, next)
        now = next
        tf.dispose([value, grads])
        optimizer.minimize(loss, false, variables)
      }
      expect(read(optimizer.params)).toEqual(read(now.params))
      expect(read(optimizer.state)).toEqual(read(now.state))
      expect(Object.values(optimizer.params?.['one'] ?? {})).toContain(variables[0])
      expect(optimizer.iterations).toBe(3)
      disposeExcept(now, [])
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  const batches = whole ? 1000 : backendName === 'webgl' ? 12 : 60
  const tiny = (optimizer: tf.Optimizer) => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
    return compiled(optimizer, model)
  }
  const ways: Readonly<Record<string, (model: tfl.Sequential, x: tf.Tensor, y: tf.Tensor) => Promise<unknown>>> = {
    fit: (model, x, y) => model.fit(x, y, { epochs: 1, batchSize: 1, verbose: 0, yieldEvery: 'never' }),
    fitDataset: (model, x, y) => {
      let left = batches
      const next = () =>
        Promise.resolve(
          left-- > 0
            ? { value: { xs: tf.slice(x, [left, 0], [1, 1]), ys: tf.slice(y, [left, 0], [1, 1]) }, done: false }
            : { value: null, done: true },
        )
      const dataset = { iterator: () => Promise.resolve({ next }), size: batches } as unknown as Parameters<
        typeof model.fitDataset
      >[0] // what fitDataset calls of a data set of tfjs-data
      return model.fitDataset(dataset, { epochs: 1, verbose: 0, yieldEvery: 'never' })
    },
    trainOnBatch: async (model, x, y) => {
      const [one, target] = [tf.slice(x, [0, 0], [1, 1]), tf.slice(y, [0, 0], [1, 1])]
      for (let i = 0; i < batches; i++) await model.trainOnBatch(one, target)
      tf.dispose([one, target])
    },
  }
  test.each(Object.keys(ways))('%s leaves no tensor behind, however many batches', async (way) => {
    await leavingNothing(async () => {
      const optimizer = layersOptimizer(averaged())
      const [x, y] = [tf.ones([batches, 1]), tf.ones([batches, 1])]
      const model = tiny(optimizer)
      const before = tf.memory().numTensors
      await ways[way]?.(model, x, y)
      expect(optimizer.iterations).toBe(batches)
      expect(tf.memory().numTensors - before).toBe(tensorsOf(optimizer.state).length)
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  test.runIf(backendName !== 'webgl')('slots are written in place; what was read of a variable stays', async () => {
    await leavingNothing(async () => {
      const [x, y] = data()
      const optimizer = layersOptimizer(averaged())
      const model = compiled(optimizer)
      for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y)
      const where = () => tensorsOf(optimizer.state).map(({ dataId }) => dataId)
      const before = where()
      const kept = model.weights.map((weight) => tf.clone(weight.read()))
      const numbers = read(kept)
      await model.trainOnBatch(x, y)
      where().forEach((dataId, i) => expect(dataId).toBe(before[i]))
      expect(read(kept)).toEqual(numbers)
      expect(weightsOf(model)).not.toEqual(numbers)
      tf.dispose([x, y, kept])
      model.dispose()
      optimizer.dispose()
    })
  })
})

describe('what it trains', () => {
  test('freezing, unfreezing and compiling anew keep every moment and average', async () => {
    await leavingNothing(async () => {
      const [x, y] = data()
      const optimizer = layersOptimizer(averaged())
      const model = compiled(optimizer)
      await model.fit(x, y, { epochs: 2, verbose: 0 })
      const frozen = model.getLayer('two')
      const slots = () => {
        const { inner, average } = optimizer.state ?? expect.fail('no state')
        const adam = inner[1][0]
        return read([adam.mu['two'], adam.nu['two'], average['two']])
      }
      const [weights, moments] = [read(frozen.getWeights()), slots()]
      frozen.trainable = false
      compiled(optimizer, model)
      const before = weightsOf(model)
      await model.fit(x, y, { epochs: 2, verbose: 0 })
      expect(weightsOf(model)).not.toEqual(before)
      expect(read(frozen.getWeights())).toEqual(weights)
      expect(slots()).toEqual(moments)
      frozen.trainable = true
      compiled(optimizer, model)
      await model.fit(x, y, { epochs: 1, verbose: 0 })
      expect(read(frozen.getWeights())).not.toEqual(weights)
      expect(slots()).not.toEqual(moments)
      expect(tensorsOf(optimizer.params).length).toBe(6)
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  test('what is new is grown into the state; the moments of the others go on', async () => {
    await leavingNothing(async () => {
      const [x, y] = data()
      const optimizer = layersOptimizer(averaged())
      const model = mlp()
      model.layers.slice(0, 2).forEach((layer) => {
        layer.trainable = false
      })
      compiled(optimizer, model)
      await model.fit(x, y, { epochs: 2, verbose: 0 })
      expect(Object.keys(optimizer.params ?? {})).toEqual(['three'])
      const count = optimizer.state?.count
      model.layers.forEach((layer) => {
        layer.trainable = true
      })
      compiled(optimizer, model)
      await model.trainOnBatch(x, y)
      expect(Object.keys(optimizer.params ?? {}).sort()).toEqual(['one', 'three', 'two'])
      expect(optimizer.state?.count).toBe((count ?? 0) + 1)
      tf.dispose([x, y])
      model.dispose()
      optimizer.dispose()
    })
  })

  test('another model is refused by name, before anything is trained', async () => {
    await leavingNothing(async () => {
      const [x, y] = data()
      const optimizer = layersOptimizer(averaged())
      const [model, other] = [compiled(optimizer), mlp()]
      await model.trainOnBatch(x, y)
      const state = read(optimizer.state)
      const before = weightsOf(other)
      compiled(optimizer, other)
      await expect(other.trainOnBatch(x, y)).rejects.toThrow(/one optimizer trains one model.*one\/kernel/)
      expect(weightsOf(other)).toEqual(before)
      expect(read(optimizer.state)).toEqual(state)
      tf.dispose([x, y])
      model.dispose()
      other.dispose()
      optimizer.dispose()
    })
  })

  test('a variable that was disposed leaves, and a new one of its name starts anew', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(averaged())
      const body = variable([1, 2], 'replaced/body')
      const old = variable([3, 4], 'replaced/head')
      const loss =
        (...of: readonly tf.Tensor[]) =>
        () =>
          tf.tidy(() => tf.sum<tf.Scalar>(tf.square(tf.addN([...of]))))
      for (let i = 0; i < 3; i++) optimizer.minimize(loss(body, old), false, [body, old])
      old.dispose()
      const head = variable([0.5, 0.25], 'replaced/head')
      const averages = optimizer.state?.average['replaced']
      optimizer.minimize(loss(body, head), false, [body, head])
      const { average, count } = optimizer.state ?? expect.fail('no state')
      expect(count).toBe(4)
      expect(read(average)[1]?.[0]).toBeCloseTo(0.5, 1)
      expect(read(average)).not.toEqual(averages)
      tf.dispose([body, head])
      optimizer.dispose()
    })
  })

  test('names that make no tree are refused by both names; a step that fails leaves nothing behind', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(sgd({ learningRate: 0.1 }))
      const variables = ['collision/a', 'collision/a/b'].map((name) => variable(1, name))
      const loss = () => tf.addN(variables) as tf.Scalar
      expect(() => optimizer.minimize(loss, false, variables)).toThrow(
        '"collision/a/b" and "collision/a" cannot both be paths of a tree',
      )
      tf.dispose(variables)
    })
  })
})

describe('variables without a model', () => {
  const weights = () => [variable([1, -2], 'loop/w'), variable(0.5, 'loop/b'), variable(7, 'loop/fixed', false)]

  test('minimize gives the cost where it is asked for, and leaves out what is not trainable', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(adam({ learningRate: 0.1 }))
      const variables = weights()
      const [w, b, fixed] = variables as [tf.Variable, tf.Variable, tf.Variable]
      const loss = () => tf.tidy(() => tf.sum<tf.Scalar>(tf.add(tf.square(w), tf.mul(b, fixed))))
      expect(optimizer.minimize(loss, false, variables)).toBe(null)
      const cost = optimizer.minimize(loss, true, variables)
      expect(cost?.dataSync()[0]).toBeGreaterThan(0)
      expect(tensorsOf(optimizer.params)).toEqual([w, b])
      expect(fixed.dataSync()[0]).toBe(7)
      tf.dispose([cost as tf.Scalar, ...variables])
      optimizer.dispose()
    })
  })

  test('one variable for a list of them is refused', () => {
    const w = variable(2, 'loop/lone')
    expect(() =>
      layersOptimizer(sgd({ learningRate: 1 })).minimize(() => tf.square(w) as tf.Scalar, false, w as never),
    ).toThrow(/^layersOptimizer: varList must be an array, found a Variable\. Pass e\.g\. \[w, b\]\.$/)
    w.dispose()
  })

  test('without a list it trains what the loss depends on', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(sgd({ learningRate: 0.1 }))
      const variables = weights()
      const other = variable(1, 'loop/other')
      optimizer.minimize(() => tf.sum(tf.square(variables[0] as tf.Variable)))
      expect(tensorsOf(optimizer.params)).toEqual([variables[0]])
      tf.dispose([other, ...variables])
      optimizer.dispose()
    })
  })

  test('applyGradients takes a map or a list; a name that no variable has is refused', async () => {
    await leavingNothing(() => {
      const variables = weights()
      const [w] = variables as [tf.Variable]
      const tensor = tf.tensor1d([1, 1])
      const results = [{ 'loop/w': tensor }, [{ name: 'loop/w', tensor }]].map((gradients) => {
        tf.tidy(() => w.assign(tf.tensor1d([1, -2])))
        const optimizer = layersOptimizer(sgd({ learningRate: 0.5 }))
        optimizer.applyGradients(gradients)
        optimizer.dispose()
        return Array.from(w.dataSync())
      })
      expect(results).toEqual([
        [0.5, -2.5],
        [0.5, -2.5],
      ])
      expect(() => layersOptimizer(sgd({ learningRate: 1 })).applyGradients({ nowhere: tensor })).toThrow(
        /no variable named "nowhere"/,
      )
      tf.dispose([tensor, ...variables])
    })
  })

  test('parameters are written in place where nobody else holds them, and nowhere else', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(averaged())
      const variables = weights()
      const [w] = variables as [tf.Variable]
      const tensor = tf.tensor1d([1, 1])
      const advance = (): object => {
        optimizer.applyGradients({ 'loop/w': tensor })
        return w.dataId
      }
      advance()
      const alone = [advance(), advance()]
      expect(alone[0] === alone[1]).toBe(backendName !== 'webgl')
      // a handle of the user's on the same memory
      const held = tf.reshape(w, [2, 1])
      const before = Array.from(held.dataSync())
      expect(advance()).not.toBe(alone[1])
      expect(Array.from(held.dataSync())).toEqual(before)
      expect(Array.from(w.dataSync())).not.toEqual(before)
      // what was read stays
      const read = w.dataSync()
      const copy = Array.from(read)
      advance()
      expect(Array.from(read)).toEqual(copy)
      expect(Array.from(w.dataSync())).not.toEqual(copy)
      tf.dispose([held, tensor, ...variables])
      optimizer.dispose()
    })
  })

  test('two gradients for one variable are refused, and nothing is trained', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(sgd({ learningRate: 1 }))
      const one = variable([1, 2], 'twice/w')
      const tensor = tf.tensor1d([1, 1])
      const twice = { name: 'twice/w', tensor }
      expect(() => {
        optimizer.applyGradients([twice, twice])
      }).toThrow('applyGradients has two gradients for "twice/w". Add them up: a step takes one.')
      expect([...one.dataSync()]).toEqual([1, 2])
      optimizer.applyGradients([twice])
      expect([...one.dataSync()]).toEqual([0, 1])
      tf.dispose([one, tensor])
      optimizer.dispose()
    })
  })

  test('variables that share their memory part at the first step', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(sgd({ learningRate: 1 }))
      const [a, b] = [variable([1, 2], 'shared/a'), variable([0, 0], 'shared/b')]
      b.assign(a)
      const [up, down] = [tf.tensor1d([1, 1]), tf.tensor1d([-1, -1])]
      for (let i = 0; i < 3; i++) optimizer.applyGradients({ 'shared/a': up, 'shared/b': down })
      expect([...a.dataSync(), ...b.dataSync()]).toEqual([-2, -1, 4, 5])
      tf.dispose([a, b, up, down])
      optimizer.dispose()
    })
  })

  test('a step that throws leaves the variables as they were', async () => {
    await leavingNothing(() => {
      const numbers = { init: { count: 0 }, next: ({ count }: { readonly count: number }) => ({ count: count + 1 }) }
      const stop = (count: number): void => {
        if (count === 1) throw new Error('no more')
      }
      const stoppers = [
        hide(
          plain<Opaque>({
            name: 'stopper',
            init: () => ({ count: 0 }),
            update: (updates, state) => {
              const { count } = state as { readonly count: number } // its own
              stop(count)
              return [updates, { count: count + 1 }]
            },
          }),
        ),
        hide(
          equation({
            name: 'stopper',
            host: {
              ...numbers,
              next: (host) => {
                stop(host.count)
                return numbers.next(host)
              },
            },
          })(() => ({ update }) => ({ update })),
        ),
      ]
      for (const stopper of stoppers) {
        const optimizer = layersOptimizer(chain(adam({ learningRate: 0.1 }), stopper))
        const variables = weights()
        const [w] = variables as [tf.Variable]
        const tensor = tf.tensor1d([1, 1])
        optimizer.applyGradients({ 'loop/w': tensor })
        const [values, counted] = [Array.from(w.dataSync()), tf.memory()]
        expect(() => {
          optimizer.applyGradients({ 'loop/w': tensor })
        }).toThrow('no more')
        expect(Array.from(w.dataSync())).toEqual(values)
        expect(tf.memory().numDataBuffers).toBeLessThanOrEqual(counted.numDataBuffers)
        tf.dispose([tensor, ...variables])
        optimizer.dispose()
      }
    })
  })

  test('losses that alternate over one set of variables: each moves its own, the moments of both are kept', async () => {
    await leavingNothing(() => {
      const names = ['gan/generator', 'gan/discriminator']
      const [g, d] = names.map((name) => variable([1, 2], name)) as [tf.Variable, tf.Variable]
      const optimizer = layersOptimizer(averaged())
      const loss = () => tf.tidy(() => tf.sum<tf.Scalar>(tf.mul(tf.square(g), tf.square(d))))
      optimizer.minimize(loss, false, [g, d])
      const slots = (key: string) => {
        const { inner, average } = optimizer.state ?? expect.fail('no state')
        const gan = (tree: unknown) => (tree as { readonly gan: Readonly<Record<string, tf.Tensor>> }).gan[key]
        return read([gan(inner[1][0].mu), gan(inner[1][0].nu), gan(average)])
      }
      for (let i = 0; i < 2; i++) {
        for (const [own, other] of [
          [g, d],
          [d, g],
        ] as const) {
          const [key, rest] = [own, other].map(({ name }) => name.slice(4)) as [string, string]
          const [before, mine] = [slots(rest), slots(key)]
          const still = Array.from(other.dataSync())
          optimizer.minimize(loss, false, [own])
          expect(slots(rest)).toEqual(before)
          expect(slots(key)).not.toEqual(mine)
          expect(Array.from(other.dataSync())).toEqual(still)
        }
      }
      tf.dispose([g, d])
      optimizer.dispose()
    })
  })
})

describe('replace', () => {
  test('goes on with another number in the state; the same tensors stay', async () => {
    await leavingNothing(() => {
      const optimizer = layersOptimizer(adam({ learningRate: 0.1 }))
      const w = variable([1, 2], 'replace/w')
      const loss = () => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(w)))
      optimizer.minimize(loss, false, [w])
      const state = optimizer.state ?? expect.fail('no state')
      optimizer.replace(treeSet(state, [0, 'count'], 7))
      optimizer.minimize(loss, false, [w])
      expect(optimizer.state?.[0].count).toBe(8)
      w.dispose()
      optimizer.dispose()
    })
  })

  test('takes over a new state, disposes the old one, and refuses that of other parameters by path', async () => {
    await leavingNothing(() => {
      const tx = adam({ learningRate: 0.1 })
      const optimizer = layersOptimizer(tx)
      const w = variable([1, 2], 'replace/w')
      const loss = () => tf.tidy(() => tf.sum<tf.Scalar>(tf.square(w)))
      optimizer.minimize(loss, false, [w])
      const old = tensorsOf(optimizer.state)
      optimizer.replace(tx.init(fromNamed([w])))
      expect(old.every(({ isDisposed }) => isDisposed)).toBe(true)
      const other = tf.tensor1d([1, 2, 3])
      const wrong = tx.init(fromNamed({ 'replace/w': other }))
      expect(() => optimizer.replace(wrong)).toThrow(/replace\/w/)
      optimizer.minimize(loss, false, [w])
      expect(optimizer.state?.[0].count).toBe(1)
      disposeExcept(wrong, [])
      tf.dispose([w, other])
      optimizer.dispose()
    })
  })

  test('before the first step: a restored state, by position where the names have moved', async () => {
    await leavingNothing(() => {
      const tx = averaged()
      const saved = fromNamed({ 'replace/w': tf.tensor1d([1, 2]), 'replace/b': tf.scalar(3) })
      const optimizer = layersOptimizer(tx)
      optimizer.replace(tx.init(saved))
      const variables = [variable([1, 2], 'replace/w_1'), variable(3, 'replace/b_1')]
      optimizer.minimize(
        () => tf.tidy(() => tf.sum<tf.Scalar>(tf.mul(...(variables as [tf.Variable, tf.Variable])))),
        false,
        variables,
      )
      expect(Object.keys(optimizer.params?.['replace'] ?? {})).toEqual(['w', 'b'])
      expect(optimizer.state?.count).toBe(1)
      tf.dispose(variables)
      disposeExcept(saved, [])
      optimizer.dispose()
    })
  })
})

test('a gradient is what valueAndGrad says', async () => {
  await leavingNothing(() => {
    const w = variable([1, -3], 'gradient/w')
    const optimizer = layersOptimizer(sgd({ learningRate: 1 }))
    const { value, grads } = valueAndGrad((p: { readonly w: tf.Tensor }) => tf.sum(tf.square(p.w)))({ w })
    const expected = tf.tidy(() => Array.from(tf.sub(w, grads.w as tf.Tensor).dataSync()))
    optimizer.minimize(() => tf.sum(tf.square(w)), false, [w])
    expect(Array.from(w.dataSync())).toEqual(expected)
    tf.dispose([value, grads.w as tf.Tensor, w])
    optimizer.dispose()
  })
})

test('a learning rate that is written to it, as to those of tfjs, is refused: it would change nothing', () => {
  const optimizer = layersOptimizer(sgd({ learningRate: 1 }))
  expect(() => Object.assign(optimizer, { learningRate: 5 })).toThrow(
    /^layersOptimizer: the learning rate is the chain’s\. Pass a schedule there/,
  )
})
