import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { chain } from '../combinators/chain.js'
import { hide } from '../combinators/transformations.js'
import { adam } from '../optimizers/adam.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'

/** Throws at an update; at `init` it does not. */
const thrower = plain<Stateless>({
  name: 'thrower',
  init: () => ({}),
  update: () => {
    throw new Error('no more')
  },
})

/** An equation whose numbers cannot go on. */
const stopper = equation({
  name: 'stopper',
  host: {
    init: { count: 0 },
    next: (): { readonly count: number } => {
      throw new Error('no more')
    },
  },
})(() => ({ update }) => ({ update }))

/** Makes tensors of its own. */
const doubled = plain<Stateless>({
  name: 'doubled',
  init: () => ({}),
  update: (u, s) => [mapTree((g) => tf.mul(g, 2))(u as never), s], // any tree
})

const chains: Readonly<Record<string, Transformation<Opaque>>> = {
  'after equations': hide(chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 1 }), thrower)),
  'between equations': hide(chain(trace({ decay: 0.5 }), thrower, scaleByLearningRate({ learningRate: 1 }))),
  'after another of its kind': hide(chain(trace({ decay: 0.5 }), doubled, thrower)),
  'twice interrupted': hide(chain(doubled, trace({ decay: 0.5 }), doubled, trace({ decay: 0.5 }), thrower)),
  'behind a fork': hide(
    chain(trace({ decay: 0.5 }), applyIfFinite({ maxConsecutiveErrors: 1 })(chain(adam({ learningRate: 1 }), thrower))),
  ),
  'where the numbers of an equation go on': hide(chain(adam({ learningRate: 1 }), stopper)),
  'in a trial': hide(
    chain(
      trace({ decay: 0.5 }),
      applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(chain(adam({ learningRate: 1 }), thrower)),
    ),
  ),
  'behind a trial': hide(
    chain(applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(adam({ learningRate: 1 })), doubled, thrower),
  ),
  'behind a trial that the host decides': hide(
    chain(applyIfFinite({ maxConsecutiveErrors: 1, judge: 'updatesAndState' })(adam({ learningRate: 1 })), thrower),
  ),
}

test.each(Object.entries(chains))('what throws %s leaves everything as it was', (_name, tx) => {
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const grads = { w: tf.tensor1d([1, 1]), b: tf.scalar(1) }
  const state = tx.init(params)
  const before = tf.memory().numTensors
  expect(() => tx.update(grads, state, params)).toThrow('no more')
  expect(tf.memory().numTensors).toBe(before)
  expect(() => step(tx)(grads, state, params)).toThrow('no more')
  expect(tf.memory().numTensors).toBe(before)
  expect([...params.w.dataSync(), ...grads.w.dataSync()]).toEqual([1, 2, 1, 1])
  // As it was: the same step throws the same again, not that something is disposed.
  expect(() => step(tx)(grads, state, params)).toThrow('no more')
  // What is given away is gone, and nothing takes its place.
  expect(() => step(tx, { donate: true })(grads, state, params)).toThrow('no more')
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before)
  disposeExcept([params, grads, state], [])
})
