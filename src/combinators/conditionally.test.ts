import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { chain } from './chain.js'
import { conditionallyMask } from './conditionallyMask.js'
import { conditionallyTransform } from './conditionallyTransform.js'

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const odd = { shouldTransformFn: (count: number) => count % 2 === 1 }
const inner = () => sgd({ learningRate: 1, momentum: 0.5 })

for (const [name, tx, otherwise] of [
  ['conditionallyTransform', conditionallyTransform(odd)(inner()), 4],
  ['conditionallyMask', conditionallyMask(odd)(inner()), 0],
] as const)
  test(`${name}: the inner transformation runs where the condition holds, and keeps its state elsewhere`, () => {
    const before = tf.memory().numTensors
    const params = { w: tf.scalar(1) }
    let now = { params, state: tx.init(params) }
    const seen: unknown[] = []
    for (let i = 0; i < 4; i++) {
      const grads = { w: tf.scalar(4) }
      const [updates, other] = tx.update(grads, now.state, now.params)
      const next = step(tx)(grads, now.state, now.params)
      seen.push([updates.w?.dataSync()[0], next.state.step, next.state.inner[1].count])
      if (i % 2 === 0) {
        expect(next.state.inner).toBe(now.state.inner)
        expect(next.params.w === now.params.w).toBe(name === 'conditionallyMask')
      }
      disposeExcept([updates, other, grads], [now, next])
      disposeExcept(now, [next, params])
      now = next
    }
    expect(seen).toEqual([
      [otherwise, 1, 0],
      [-4, 2, 1],
      [otherwise, 3, 1],
      [-6, 4, 2],
    ])
    disposeExcept([now, params], [])
    expect(tf.memory().numTensors).toBe(before)
  })

test('a condition prints what is handed in', () => {
  const printed: string[] = []
  const tx = conditionallyMask({
    shouldTransformFn: (_, extra: { readonly loss: number }) => printed.push(JSON.stringify(extra)) > 0,
  })(sgd({ learningRate: 1 }))
  const params = { w: tf.scalar(1) }
  tx.update(params, tx.init(params), params, { loss: 3 })
  expect(printed).toEqual(['{"loss":3}'])
})

test('a condition on what is handed in', () => {
  const tx = chain(
    conditionallyMask({ shouldTransformFn: (_, { loss }: { readonly loss: number }) => loss < 10 })(
      sgd({ learningRate: 1 }),
    ),
  )
  const params = { w: tf.scalar(1) }
  const state = tx.init(params)
  expect(numbers(step(tx)({ w: tf.scalar(4) }, state, params, { loss: 3 }).params)).toEqual([[-3]])
  expect(step(tx)({ w: tf.scalar(4) }, state, params, { loss: 30 }).params.w).toBe(params.w)
  expect(() => conditionallyMask({ shouldTransformFn: 3 as never })).toThrow(TypeError)
})

test('a condition that gives no boolean is refused, by name and step', () => {
  const params = { w: tf.scalar(1) }
  for (const [name, make] of [
    ['conditionallyTransform', conditionallyTransform],
    ['conditionallyMask', conditionallyMask],
  ] as const)
    for (const [shown, value] of [
      ['1', 1],
      ['undefined', undefined],
      ['a Promise', Promise.resolve(true)],
    ] as const) {
      const tx = make({ shouldTransformFn: () => value as never })(inner()) // wrong on purpose
      expect(() => tx.update({ w: tf.scalar(4) }, tx.init(params), params)).toThrow(
        `${name}: shouldTransformFn(0, …) must be true or false, found ${shown}.`,
      )
    }
})
