import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { adafactor } from '../optimizers/adafactor.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { rmsprop } from '../optimizers/rmsprop.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { exportState } from './exportState.js'
import { importParams } from './importParams.js'
import { importState } from './importState.js'
import { scaleByWarmedNadam } from './scaleByWarmedNadam.js'

const learningRate = 0.25
const trained = (tx: AnyTransformation) => {
  const optimizer = tx as Transformation<Opaque>
  const params: { dense: { kernel: tf.Tensor; bias: tf.Tensor } } = {
    dense: {
      kernel: tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      bias: tf.tensor1d([1, 2, 3]),
    },
  }
  let now = { params, state: optimizer.init(params) }
  for (const i of [1, 2, 3]) {
    const grads = {
      dense: {
        kernel: tf.tensor2d([
          [i, 1, -1],
          [0.5, i, 2],
        ]),
        bias: tf.tensor1d([i, -i, 1]),
      },
    }
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([now, grads], next)
    now = next
  }
  return { optimizer, ...now }
}

/** A state as plain data. */
const plain = (state: unknown): unknown =>
  JSON.parse(JSON.stringify(state, (_, x: unknown) => (x instanceof tf.Tensor ? [...x.dataSync()] : x)))

it.each([
  ['torch', 'AdamW', adamw({ learningRate })],
  ['torch', 'SGD', sgd({ learningRate, momentum: 0.75 })],
  ['torch', 'NAdam', chain(scaleByWarmedNadam(), scaleByLearningRate({ learningRate }))],
  ['optax', undefined, chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: (count) => 1 / (count + 1) }))],
  ['optax', undefined, rmsprop({ learningRate, momentum: 0.5, centered: true })],
  ['optax', undefined, multiSteps({ everyKSchedule: 2 })(adam({ learningRate }))],
] as const)('to %s %s and back is the same state, and the same parameters', async (to, name, tx) => {
  const before = tf.memory().numTensors
  const { optimizer, params, state } = trained(tx)
  const names =
    to === 'torch' ? { from: 'dense.kernel', to: 'dense.weight' } : { from: 'dense/kernel', to: 'Dense_0/kernel' }
  const file = await exportState({
    to,
    ...(name === undefined ? {} : { class: name }),
    optimizer,
    params,
    state,
    rename: [[names.from, names.to]],
    transpose: to === 'torch' ? [names.from] : [],
  })
  const back = { rename: [[names.to, names.from]], transpose: to === 'torch' ? [names.to] : [] } as const
  const again = await importState({ from: to, source: file, optimizer, params, ...back, count: 3 })
  const lost = to === 'torch' && name === 'NAdam' ? 6 : 15
  const rounded = (text: unknown) =>
    JSON.stringify(text, (_, x: unknown) => (typeof x === 'number' ? Number(x.toPrecision(lost)) : x))
  if (name === 'SGD' || to === 'optax')
    expect(tensorsOf(again).map((t) => [...t.dataSync()])).toEqual(tensorsOf(state).map((t) => [...t.dataSync()]))
  else expect(rounded(plain(again))).toBe(rounded(plain(state)))
  const prefix = to === 'torch' ? 'model.' : 'params/'
  const read = await importParams({
    files: [file],
    like: params,
    only: [`${prefix}*`],
    rename: [
      [`${prefix}${names.to}`, names.from],
      [`${prefix}*`, '*'],
    ],
    transpose: to === 'torch' ? [`${prefix}${names.to}`] : [],
  })
  expect(tensorsOf(read.params).map((t) => [...t.dataSync()])).toEqual(tensorsOf(params).map((t) => [...t.dataSync()]))
  disposeExcept([params, state, again, read.params], null)
  expect(tf.memory().numTensors).toBe(before)
})

it('refuses two leaves of one name: readers take the last', async () => {
  const optimizer = adam({ learningRate })
  const params = { a: { b: tf.scalar(1) }, 'a.b': tf.scalar(2) }
  const state = optimizer.init(params)
  await expect(exportState({ to: 'torch', class: 'Adam', optimizer, params, state })).rejects.toThrow(
    'exportState: two tensors are named "model.a.b"; give each its own name',
  )
  disposeExcept([params, state], null)
})

it('refuses what has no place there, by name', async () => {
  const { optimizer, params, state } = trained(withMovingAverage({ decay: 0.5 })(adam({ learningRate })))
  for (const request of [{ to: 'torch', class: 'Adam' }, { to: 'optax' }] as const)
    await expect(exportState({ ...request, optimizer, params, state })).rejects.toThrow(
      /dense\/kernel\/ExponentialMovingAverage, dense\/bias\/ExponentialMovingAverage has no place/,
    )
  await expect(exportState({ to: 'torch', class: 'Shampoo', optimizer, params, state })).rejects.toThrow(
    /class must be one of SGD, Adam/,
  )
  disposeExcept([params, state], null)
})

it('a state that is no equation, with what optax pads', async () => {
  const before = tf.memory().numTensors
  const { optimizer, params, state } = trained(adafactor({ learningRate, minDimSizeToFactor: 2, momentum: 0.5 }))
  const source = await exportState({ to: 'optax', optimizer, params, state })
  const header = new TextDecoder().decode(source.subarray(8, 2000))
  for (const name of ['0/v_row/dense/bias', '0/v_col/dense/bias', '0/v/dense/kernel'])
    expect(header).toMatch(new RegExp(`"opt_state/${name}":{"dtype":"F32","shape":\\[1\\]`))
  const back = await importState({ from: 'optax', source, optimizer, params })
  expect(tensorsOf(back).map((tensor) => [...tensor.dataSync()])).toEqual(
    tensorsOf(state).map((tensor) => [...tensor.dataSync()]),
  )
  disposeExcept([params, state, back], null)
  expect(tf.memory().numTensors).toBe(before)
})
