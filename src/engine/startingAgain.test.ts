import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { lookahead } from '../combinators/lookahead.js'
import { sam } from '../combinators/sam.js'
import { hide } from '../combinators/transformations.js'
import { adam } from '../optimizers/adam.js'
import { prodigy } from '../optimizers/prodigy.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'

const restarting = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })

const cases: Readonly<Record<string, () => Transformation<Opaque>>> = {
  'one slot': () => hide(restarting(trace({ decay: 0.5 }))),
  'parts alike': () => hide(restarting(chain(trace({ decay: 0.5 }), trace({ decay: 0.5 })))),
  'moments and an average': () => hide(restarting(withMovingAverage({ decay: 0.9 })(adam({ learningRate: 0.1 })))),
  'numbers of the tree': () => hide(restarting(prodigy())),
  'sam, which starts again by itself': () =>
    hide(sam({ syncPeriod: 2 })(sgd({ learningRate: 0.1, momentum: 0.5 }), adam({ learningRate: 0.1 }))),
}

// The record that begins anew lies in the step twice: as what it was, and as what is made of it.
test.each(Object.entries(cases))('what is replaced where a state starts again is given away: %s', (_, make) => {
  const base = tf.memory().numTensors
  const tx = make()
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const over: number[] = []
  let now = { params, state: tx.init(params) }
  for (let t = 0; t < 6; t++) {
    const grads = { w: tf.tensor1d([t - 1, 0.5]), b: tf.scalar(t % 2) }
    now = step(tx, { donate: true })(grads, now.state, now.params)
    over.push(tf.memory().numTensors - base - tensorsOf([now, grads]).length)
    expect(tensorsOf([now, grads]).some(({ isDisposed }) => isDisposed)).toBe(false)
    disposeExcept(grads, now)
  }
  disposeExcept(now, null)
  expect(over).toEqual([0, 0, 0, 0, 0, 0])
  expect(tf.memory().numTensors).toBe(base)
})
