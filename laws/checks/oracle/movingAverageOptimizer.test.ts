import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { namesOfAverages } from '../../../src/averaging/averages.js'
import { swapped } from '../../../src/averaging/swapped.js'
import { decodeSafetensors } from '../../../src/checkpoint/decodeSafetensors.js'
import { memoryStore } from '../../../src/checkpoint/memoryStore.js'
import { saveSwapped } from '../../../src/checkpoint/save.js'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import { type MovingAverageCase, movingAverageCases, optimizerOf } from './movingAverageCases.js'
import { flatNumbers, mapNumbers, type Nested, ofScale, shapeOf } from './optaxCases.js'

const leaf = (values: Nested): tf.Tensor => tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32')
// nested records of tensors
const tree = (numbers: MovingAverageCase['params']): Tree => mapNumbers(leaf)(numbers) as Tree
const read = (value: unknown): readonly number[] => tensorsOf(value).flatMap((x) => [...x.dataSync()])

/** TensorFlow itself rounds hyperparameters to float32. */
const tolerance = 5e-6

const trained = (
  run: MovingAverageCase,
  seen: (now: { readonly params: Tree; readonly state: { readonly average: unknown } }, i: number) => void,
) => {
  const optimizer = optimizerOf(run)
  const params = tree(run.params)
  let now = { params, state: optimizer.init(params) }
  run.grads.forEach((numbers, i) => {
    const grads = tree(numbers)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([now, grads], next)
    now = next
    seen(now, i)
  })
  return { optimizer, now }
}

describe(`the original MovingAverageOptimizer, by ${backendName}`, () => {
  it('has 27 runs of 10 steps', () => {
    expect(movingAverageCases.map(({ trajectory }) => trajectory.length)).toEqual(Array.from({ length: 27 }, () => 10))
  })

  it.each(movingAverageCases.map((run) => [run.title, run] as const))('%s', async (_, run) => {
    const before = tf.memory().numTensors
    const errors: number[] = []
    const { optimizer, now } = trained(run, ({ params, state }, i) => {
      errors.push(ofScale(read(params), flatNumbers(run.trajectory[i]?.params ?? {})))
      errors.push(ofScale(read(state.average), flatNumbers(run.trajectory[i]?.average ?? {})))
    })
    expect(errors).toHaveLength(20)
    expect(Math.max(...errors)).toBeLessThan(tolerance)

    const [name] = namesOfAverages(optimizer)
    expect(name).toBe('ExponentialMovingAverage')
    const wanted = Object.entries(run.swappedFile).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const exchanged = swapped(now)
    const inMemory = wanted.map(([key]) => {
      const [path = '', suffix] = key.split('/')
      const where = suffix === name ? exchanged.state.average : exchanged.params
      return [key, read((where as Readonly<Record<string, Tree>>)[path])] as const // a flat record, as the cases are
    })

    const store = memoryStore()
    await saveSwapped({ store, name: 'swapped', optimizer, ...now })
    const file = decodeSafetensors(await store.read('swapped'))
    if (E.isLeft(file)) throw new Error(file.left.map(({ message }) => message).join('\n'))
    const found = file.right.entries
      .filter(({ name: key }) => !key.includes('.'))
      .map(({ name: key, data }) => [key, [...data]] as const)
    expect(found.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual(inMemory)
    expect(inMemory.map(([key]) => key)).toEqual(wanted.map(([key]) => key))
    wanted.forEach(([, values], i) =>
      expect(ofScale(inMemory[i]?.[1] ?? [], flatNumbers(values))).toBeLessThan(tolerance),
    )
    disposeExcept(now, [])
    expect(tf.memory().numTensors).toBe(before)
  })
})
