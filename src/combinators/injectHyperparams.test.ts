import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { warmupCosineDecaySchedule } from '../schedules/warmupCosineDecaySchedule.js'
import { step } from '../transformation/step.js'
import { scaleBySchedule } from '../transforms/scaleBySchedule.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeSet } from '../tree/treeSet.js'
import { byPath } from './byPath.js'
import { chain } from './chain.js'
import { injectHyperparams } from './injectHyperparams.js'
import { multiSteps } from './multiSteps.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const learningRate = warmupCosineDecaySchedule({ initValue: 0, peakValue: 0.1, warmupSteps: 3, decaySteps: 9 })

test('numbers and schedules give the steps of the constructor itself, bitwise; the state holds what was used', () => {
  const before = tf.memory().numTensors
  const mask = byPath((path) => path === 'w')
  const own = adamw({ learningRate, b1: 0.8, weightDecay: 0.1, mask })
  const injected = injectHyperparams(adamw)({ learningRate, b1: 0.8, weightDecay: 0.1, mask })
  const params = { w: tf.tensor1d([1, -2]), b: tf.scalar(0.5) }
  let a = { params, state: own.init(params) }
  let b = { params, state: injected.init(params) }
  expect(b.state.hyperparams).toEqual({ learningRate: 0, b1: 0.8, weightDecay: 0.1 })
  for (let i = 0; i < 12; i++) {
    const grads = { w: tf.tensor1d([0.3 * i, 1]), b: tf.scalar(i - 2) }
    const [nextA, nextB] = [step(own)(grads, a.state, a.params), step(injected)(grads, b.state, b.params)]
    disposeExcept([a, b, grads], [nextA, nextB, params])
    a = nextA
    b = nextB
    expect(numbers(b.params)).toEqual(numbers(a.params))
    expect(numbers(b.state.inner)).toEqual(numbers(a.state))
    expect(b.state.hyperparams).toEqual({ learningRate: learningRate(i), b1: 0.8, weightDecay: 0.1 })
    expect(b.state.count).toBe(i + 1)
  }
  disposeExcept([a, b, params], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a number written into the state is what the next update uses; a scheduled one is written over', () => {
  const tx = injectHyperparams(sgd)({ learningRate: 1, momentum: 0 })
  const params = { w: tf.scalar(0) }
  const first = tx.init(params)
  const lower = treeSet(first, ['hyperparams', 'learningRate'], 0.25)
  const [updates, next] = tx.update({ w: tf.scalar(8) }, lower, params)
  expect(numbers(updates)).toEqual([[-2]])
  expect(next.hyperparams.learningRate).toBe(0.25)
  const [later, after] = tx.update({ w: tf.scalar(8) }, next, params)
  expect(numbers(later)).toEqual([[-2]])
  expect(after.count).toBe(2)
  expect(() => tx.update({ w: tf.scalar(8) }, treeSet(first, ['hyperparams', 'learningRate'], -1), params)).toThrow(
    /learningRate must be/,
  )
  const scheduled = injectHyperparams(sgd)({ learningRate: (count) => 1 / (1 + count) })
  const written = treeSet(scheduled.init(params), ['hyperparams', 'learningRate'], 100)
  expect(numbers(scheduled.update({ w: tf.scalar(8) }, written, params)[0])).toEqual([[-8]])
})

test('two of the same in one chain do not disturb each other, nor do more values than are remembered', () => {
  const one = injectHyperparams(sgd)({ learningRate: 1 })
  const tx = chain(one, one)
  const params = { w: tf.scalar(0) }
  let state = tx.init(params)
  state = treeSet(treeSet(state, [0, 'hyperparams', 'learningRate'], 0.5), [1, 'hyperparams', 'learningRate'], 4)
  expect(numbers(tx.update({ w: tf.scalar(1) }, state, params)[0])).toEqual([[2]])
  for (let i = 0; i < 20; i++) {
    const [updates, next] = tx.update(
      { w: tf.scalar(1) },
      treeSet(state, [0, 'hyperparams', 'learningRate'], i),
      params,
    )
    expect(numbers(updates)).toEqual([[4 * i]])
    state = next
  }
})

test('what is no hyperparameter stays: masks, static numbers, options that take nothing but a schedule', () => {
  const params = { w: tf.scalar(1) }
  const decays = injectHyperparams(adamw)({ learningRate: 0.1, mask: () => true })
  expect(Object.keys(decays.init(params).hyperparams)).toEqual(['learningRate'])
  const fixed = injectHyperparams(adam, { staticArgs: ['b1'] })({ learningRate: 0.1, b1: 0.8 })
  expect(fixed.init(params).hyperparams).toEqual({ learningRate: 0.1 })
  const only = injectHyperparams(scaleBySchedule)({ stepSizeFn: () => 3 })
  expect(only.init(params).hyperparams).toEqual({})
  expect(numbers(only.update({ w: tf.scalar(2) }, only.init(params), params)[0])).toEqual([[6]])
  const several = injectHyperparams(({ rate, every }: { readonly rate: number; readonly every: number }) =>
    multiSteps({ everyKSchedule: every })(sgd({ learningRate: rate })),
  )({ rate: 0.5, every: 1 })
  expect(numbers(several.update({ w: tf.scalar(2) }, several.init(params), params)[0])).toEqual([[-1]])
})

test("wrong options are the constructor's to refuse", () => {
  expect(() => injectHyperparams(adam)({ learningRate: -1 })).toThrow(/learningRate must be/)
  expect(() => injectHyperparams(adam)({ learningRate: 0.1, b3: 1 } as never)).toThrow(/no option b3/)
})

test('what is to stay as it is has one name', () => {
  expect(() => injectHyperparams(adam, { static: ['b1'] } as never)).toThrow(
    'injectHyperparams: there is no option static. Options are: staticArgs.',
  )
})
