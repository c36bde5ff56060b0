import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { tidily } from '../../laws/Numbers.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore, restoreSwapped } from '../checkpoint/restore.js'
import { saveSwapped } from '../checkpoint/save.js'
import { sgd } from '../optimizers/sgd.js'
import { minimize } from '../training/minimize.js'
import { NoGradients } from '../training/NoGradients.js'
import { NoVariables } from '../training/NoVariables.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { identity } from '../transformation/identity.js'
import { variables } from '../transformation/slots.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { averaged } from './averaged.js'
import { swapped } from './swapped.js'
import { type MovingAverageOptions, withMovingAverage } from './withMovingAverage.js'

// Every scenario of TensorFlow's and tensorflow-addons' own tests that has a meaning here, with its numbers. README.md
// lists the others.

const read = (x: tf.Tensor): readonly number[] => [...x.dataSync()].map((v) => Math.round(v * 1e5) / 1e5)
const below = (a: tf.Tensor, b: tf.Tensor): boolean =>
  [...a.dataSync()].every((x, i) => x < (b.dataSync()[i] ?? Number.NaN))

describe.each([['sequential'], ['concurrent']] as const)('moving_average_optimizer_test.testRun, %s', (order) => {
  const optimizer = F.pipe(sgd({ learningRate: 2 }), withMovingAverage({ decay: 0.5, order }))
  const initial = () => ({ var0: tf.tensor1d([1, 2]), var1: tf.tensor1d([3, 4]) })
  const train = (from: ReturnType<typeof begun>): ReturnType<typeof begun> => {
    const grads = { var0: tf.tensor1d([0.1, 0.1]), var1: tf.tensor1d([0.01, 0.01]) }
    const next = step(optimizer)(grads, from.state, from.params)
    disposeExcept([grads, from], next)
    return next
  }
  const begun = () => {
    const params = initial()
    return { params, state: optimizer.init(params) }
  }
  const show = ({ params, state }: ReturnType<typeof begun>) =>
    [params.var0, params.var1, state.average.var0, state.average.var1].map(read)
  const closed = (name: string) => name.startsWith('var0')

  test('two steps; saving and restoring, swapped and plain, whole and in part', async () => {
    const before = tf.memory().numTensors
    const store = memoryStore()
    const first = train(begun())
    expect([first.params.var0, first.params.var1].map(read)).toEqual([
      [0.8, 1.8],
      [2.98, 3.98],
    ])
    expect([first.state.average.var0, first.state.average.var1].map(read)).toEqual(
      order === 'sequential'
        ? [
            [0.9, 1.9],
            [2.99, 3.99],
          ]
        : [
            [1, 2],
            [3, 4],
          ],
    )

    const partial = saveSwapped({ store, name: 'x', optimizer, ...first, only: (name) => name === 'var0' })
    await expect(partial).rejects.toMatchObject({
      problems: [{ _tag: 'Missing', path: 'var0/ExponentialMovingAverage' }],
    })

    await saveSwapped({ store, name: 'all', optimizer, ...first })
    await saveSwapped({ store, name: 'part', optimizer, ...first, only: closed })
    const same = await restoreSwapped({ store, name: 'all', optimizer, like: first })
    expect(show(same)).toEqual(show(first))

    const moved = {
      params: { var0: tf.add<tf.Tensor1D>(first.params.var0, 1), var1: tf.add<tf.Tensor1D>(first.params.var1, 2) },
      state: {
        ...first.state,
        average: {
          var0: tf.add<tf.Tensor1D>(first.state.average.var0, 3),
          var1: tf.add<tf.Tensor1D>(first.state.average.var1, 4),
        },
      },
    }
    if (order === 'sequential')
      expect(show(moved)).toEqual([
        [1.8, 2.8],
        [4.98, 5.98],
        [3.9, 4.9],
        [6.99, 7.99],
      ])
    const { var0 } = moved.params
    const like = { params: { var0 }, state: optimizer.init({ var0 }) }
    const part = await restoreSwapped({ store, name: 'part', optimizer, like })
    const merged = {
      params: { ...moved.params, ...part.params },
      state: { ...moved.state, average: { ...moved.state.average, ...part.state.average } },
    }
    expect(show(merged)).toEqual([show(first)[0], show(moved)[1], show(first)[2], show(moved)[3]])

    const plain = await restore({ store, name: 'all', optimizer, like: first })
    expect(show(plain)).toEqual(show(swapped(first)))
    const start = initial()
    if (order === 'sequential') {
      expect(below(first.params.var0, plain.params.var0) && below(plain.params.var0, start.var0)).toBe(true)
      expect(below(first.params.var1, plain.params.var1) && below(plain.params.var1, start.var1)).toBe(true)
    }

    const second = train({ params: same.params, state: same.state })
    expect([second.params.var0, second.params.var1].map(read)).toEqual([
      [0.6, 1.6],
      [2.96, 3.96],
    ])
    expect(read(second.state.average.var0)).toEqual(order === 'sequential' ? [0.75, 1.75] : [0.9, 1.9])
    expect(read(second.state.average.var1)).toEqual(order === 'sequential' ? [2.975, 3.975] : [2.99, 3.99])
    await saveSwapped({ store, name: 'second', optimizer, ...second })
    const exchanged = await restore({ store, name: 'second', optimizer, like: second })
    expect(below(second.params.var0, exchanged.params.var0) && below(exchanged.params.var0, start.var0)).toBe(true)
    expect(below(second.params.var1, exchanged.params.var1) && below(exchanged.params.var1, start.var1)).toBe(true)
    disposeExcept([first, same, moved, like, part, plain, start, second, exchanged], [])
    expect(tf.memory().numTensors).toBe(before)
  })
})

test('moving_average_optimizer_test.testFailWhenSaverCreatedBeforeInitialized: no average, no swap', async () => {
  const optimizer = sgd({ learningRate: 2 })
  const params = { x: tf.scalar(1) }
  const state = optimizer.init(params)
  // @ts-expect-error [ts2345] swapping needs a state with an average in its type
  expect(() => swapped({ params, state })).toThrow(/average/)
  await expect(saveSwapped({ store: memoryStore(), name: 'a', optimizer, params, state })).rejects.toMatchObject({
    problems: [{ _tag: 'Missing', found: 'an optimizer without an average' }],
  })
  params.x.dispose()
})

test('moving_average_optimizer_test.testCorrectOverride: minimize goes through gradients and the inner optimizer', () => {
  tf.tidy(() => {
    const optimizer = F.pipe(sgd({ learningRate: 2 }), withMovingAverage({ decay: 0.5 }))
    const params = { x: tf.scalar(1.2) }
    const next = minimize(optimizer, ({ x }: typeof params) => tf.square(x))({ params, state: optimizer.init(params) })
    expect(Math.abs((next.params.x.dataSync()[0] ?? 0) + 3.6)).toBeLessThan(1e-6)
    expect(Math.abs((next.state.average.x.dataSync()[0] ?? 0) + 1.2)).toBeLessThan(1e-6)
  })
})

/** One update of an average that stands at `from`, by what it sees. */
const assigned = (
  options: MovingAverageOptions,
  from: readonly number[],
  ...seen: readonly (readonly number[])[]
): readonly (readonly number[])[] =>
  tidily(() => {
    const optimizer = withMovingAverage(options)(identity())
    const first = { v: tf.tensor1d([...from]) }
    let state = optimizer.init(first)
    return seen.map((values) => {
      state = step(optimizer)({ v: null }, state, { v: tf.tensor1d([...values]) }).state
      return read(averaged(state).v)
    })
  })

describe('moving_averages_test', () => {
  test('assign without and with debias', () => {
    expect(assigned({ decay: 0.25 }, [10, 11], [1, 2])).toEqual([[3.25, 4.25]])
    expect(assigned({ decay: 0.25, debias: true }, [0, 0], [1, 2])).toEqual([[1, 2]])
  })

  test('weighted: the ratio of two averages that start at zero', () => {
    const [one, two] = assigned({ decay: 0.5 }, [0, 0], [3 * 4, 4], [11 * 22, 22])
    expect((one?.[0] ?? 0) / (one?.[1] ?? 0)).toBeCloseTo(3, 6)
    expect((two?.[0] ?? 0) / (two?.[1] ?? 0)).toBeCloseTo(124 / 12, 6)
  })

  const d = 2 / 11
  test.each<readonly [string, MovingAverageOptions, number]>([
    ['decay', { decay: 0.25 }, 0.25],
    ['num_updates', { decay: 0.25, numUpdates: () => 1 }, d],
    ['decay, debiased', { decay: 0.25, debias: true }, 0.25],
    ['num_updates, debiased', { decay: 0.25, numUpdates: () => 1, debias: true }, d],
  ])('_CheckDecay: %s, of a number and of five', (_, options, decay) => {
    const zeroStarted =
      options.debias === true ? [40, 40] : [40 * (1 - decay), 40 * (1 - decay) * decay + 40 * (1 - decay)]
    for (const copies of [1, 5]) {
      const five = (x: number) => Array.from({ length: copies }, () => x)
      const found = assigned(
        options,
        [...five(10), ...five(30), ...five(0)],
        ...[1, 2].map(() => [...five(10), ...five(30), ...five(40)]),
      )
      found.forEach((values, t) => {
        expect(values.slice(0, 2 * copies)).toEqual([...five(10), ...five(30)])
        values.slice(2 * copies).forEach((x) => expect(x).toBeCloseTo(zeroStarted[t] ?? Number.NaN, 4))
      })
    }
  })

  test('control dependencies: what the average sees was assigned before it', () => {
    expect(assigned({ decay: 0.25 }, [10], [20])).toEqual([[17.5]])
  })

  test('eager: apply, assign, apply', () => {
    expect(assigned({ decay: 0.25 }, [1, 2], [1, 2], [2, 4])).toEqual([
      [1, 2],
      [1.75, 3.5],
    ])
  })

  test('names: an own name, scopes, and no name for what has no average', () => {
    tf.tidy(() => {
      const optimizer = withMovingAverage({ decay: 0.25, name: 'foo' })(identity())
      const params = { v0: tf.scalar(10), scope2: { scope1: { v0: tf.scalar(30) } }, v2: null }
      expect(variables(optimizer)(params, optimizer.init(params)).map(({ name }) => name)).toEqual([
        'scope2/scope1/v0/foo',
        'v0/foo',
      ])
    })
  })
})

describe('optimizer_test', () => {
  const sgd3 = F.pipe(sgd({ learningRate: 3 }), withMovingAverage({ decay: 0.5 }))
  const start = () => ({ a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) })
  const linear = ({ a, b }: ReturnType<typeof start>) => tf.add(tf.mul(5, a), tf.mul(3, b))
  const total = (params: ReturnType<typeof start>) => tf.sum<tf.Scalar>(linear(params))

  test('testBasic', () => {
    tf.tidy(() => {
      const params = start()
      const next = minimize(sgd3, total)({ params, state: sgd3.init(params) })
      expect([next.params.a, next.params.b].map(read)).toEqual([
        [-14, -13],
        [-6, -5],
      ])
    })
  })

  test('testPrecomputedGradient: grad_loss of a loss that is a vector is its dot product', () => {
    tf.tidy(() => {
      const params = start()
      const dotted = (p: typeof params) => tf.sum<tf.Scalar>(tf.mul(tf.tensor1d([42, -42]), linear(p)))
      const next = minimize(sgd3, dotted)({ params, state: sgd3.init(params) })
      expect([next.params.a, next.params.b].map(read)).toEqual([
        [1 - 3 * 5 * 42, 2 + 3 * 5 * 42],
        [3 - 3 * 3 * 42, 4 + 3 * 3 * 42],
      ])
      const { grads } = valueAndGrad(total, { cotangent: 42 })(params)
      expect([grads.a, grads.b].map((g) => read(g ?? tf.scalar(Number.NaN)))).toEqual([
        [210, 210],
        [126, 126],
      ])
    })
  })

  test('testNoVariables, testNoGradients', () => {
    tf.tidy(() => {
      const params = start()
      expect(() => valueAndGrad(() => tf.scalar(1))({})).toThrow(NoVariables)
      expect(() => valueAndGrad(() => tf.scalar(1))({})).toThrow(/no variables to optimize/i)
      expect(() => minimize(sgd3, () => tf.scalar(5))({ params, state: sgd3.init(params) })).toThrow(NoGradients)
      expect(() => valueAndGrad(() => tf.scalar(5))(params)).toThrow(/no gradients provided for any variable/i)
    })
  })

  test('testConstraint: clipped after the step, before the average sees it', () => {
    tf.tidy(() => {
      // A constraint is part of the update here: what it takes away is taken from the update.
      const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) }
      const optimizer = withMovingAverage({ decay: 0.5 })(identity())
      const [raw] = sgd({ learningRate: 3 }).update(
        { a: tf.tensor1d([5, 5]), b: tf.tensor1d([3, 3]) },
        sgd({ learningRate: 3 }).init(params),
        params,
      )
      const kept = (p: tf.Tensor1D, u: tf.Tensor | null, low: number, high: number) =>
        tf.sub(tf.clipByValue(tf.add(p, u ?? 0), low, high), p)
      const next = step(optimizer)(
        { a: kept(params.a, raw.a, -0.1, 0), b: kept(params.b, raw.b, 0, 1) },
        optimizer.init(params),
        params,
      )
      expect([next.params.a, next.params.b].map(read)).toEqual([
        [-0.1, -0.1],
        [0, 0],
      ])
      expect([next.state.average.a, next.state.average.b].map(read)).toEqual([
        [0.45, 0.95],
        [1.5, 2],
      ])
    })
  })
})

describe('tensorflow-addons, moving_average_test', () => {
  const run = (options: MovingAverageOptions, learningRate: number, steps: number) =>
    tidily(() => {
      const optimizer = F.pipe(sgd({ learningRate }), withMovingAverage(options))
      const params = { x: tf.scalar(1) }
      let now = { params, state: optimizer.init(params) }
      for (let i = 0; i < steps; i++) now = step(optimizer)({ x: tf.scalar(0.1) }, now.state, now.params)
      return read(averaged(now.state).x)
    })

  test('dynamic decay, start step', () => {
    expect(run({ decay: 0.5, numUpdates: 'before' }, 2, 2)).toEqual([0.64])
    expect(run({ decay: 0.5, start: 1 }, 1, 2)).toEqual([0.85])
  })

  test('a number of updates that is none', () => {
    // @ts-expect-error [ts2322] neither a number nor text of another kind
    expect(() => withMovingAverage({ numUpdates: 'ten' })).toThrow(
      /numUpdates must be 'before', 'after', 'given', or a function/,
    )
    expect(() => run({ numUpdates: () => Number.NaN }, 1, 1)).toThrow(
      /numUpdates\(0\) must be a finite number ≥ 0, found NaN/,
    )
  })
})
