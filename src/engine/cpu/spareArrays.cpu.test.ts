import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../../optimizers/adam.js'
import { step } from '../../transformation/step.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import type { CpuBackend } from './CpuBackend.js'
import { leastSpare } from './spareArrays.js'

const arraysOf = (value: unknown): readonly Float32Array[] =>
  // the backend of this suite
  tensorsOf(value).map(({ dataId }) => (tf.backend() as CpuBackend).data.get(dataId).values)

const optimizer = adam({ learningRate: 0.1 })
const tree = () => ({ large: tf.ones([leastSpare]), small: tf.ones([leastSpare - 1]) })

test('a pure step writes to the larger arrays of what was disposed, if the library made it', () => {
  const [grads, params] = [tree(), tree()]
  const first = { params, state: optimizer.init(params) }
  const second = step(optimizer)(grads, first.state, first.params)
  const own = arraysOf(second)
  const third = step(optimizer)(grads, second.state, second.params)
  expect(arraysOf(third).filter((array) => own.includes(array))).toEqual([])
  const users = arraysOf(first)
  disposeExcept([first, second], third)
  const fourth = step(optimizer)(grads, third.state, third.params)
  const again = arraysOf(fourth).filter((array) => own.includes(array))
  expect(again.map(({ length }) => length)).toEqual([leastSpare, leastSpare, leastSpare])
  expect(new Set(again).size).toBe(3)
  expect(arraysOf(fourth).filter((array) => users.includes(array))).toEqual([])
  disposeExcept([grads, third, fourth], [])
})

test('the same steps on fresh memory give the same bits', () => {
  const grads = tree()
  const run = (dispose: boolean): readonly number[] => {
    const params = tree()
    let now = { params, state: optimizer.init(params) }
    const all: unknown[] = [now]
    for (let i = 0; i < 5; i++) {
      const next = step(optimizer)(grads, now.state, now.params)
      if (dispose) disposeExcept(now, next)
      all.push((now = next))
    }
    const found = arraysOf(now).flatMap((array) => [...array])
    disposeExcept(dispose ? now : all, [])
    return found
  }
  expect(run(true)).toEqual(run(false))
  disposeExcept(grads, [])
})
