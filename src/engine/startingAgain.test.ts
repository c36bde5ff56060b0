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
import { identity } from '../transformation/identity.js'
import { plain } from '../transformation/plain.js'
import { manner, passOf } from '../transformation/assemble.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { scaleByRprop } from '../transforms/scaleByRprop.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { eager } from './eager.js'
import { run } from './run.js'

const restarting = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })
const always = lookahead({ syncPeriod: 1, slowStepSize: 0.5, resetState: true })

const copying = (): Transformation<Opaque> =>
  hide(plain<Stateless>({ name: 'copying', init: () => ({}), update: (u, s) => [mapTree((g) => tf.clone(g))(u), s] }))

const cases: Readonly<Record<string, () => Transformation<Opaque>>> = {
  'one slot': () => hide(restarting(trace({ decay: 0.5 }))),
  'parts alike': () => hide(restarting(chain(trace({ decay: 0.5 }), trace({ decay: 0.5 })))),
  'moments and an average': () => hide(restarting(withMovingAverage({ decay: 0.9 })(adam({ learningRate: 0.1 })))),
  'numbers of the tree': () => hide(restarting(prodigy())),
  'an average of the parameters': () => hide(restarting(withMovingAverage({ decay: 0.9 })(identity()))),
  'an average that begins at each step': () => hide(always(withMovingAverage({ decay: 0.9 })(identity()))),
  'a rule of its own': () => hide(restarting(scaleByRprop({ learningRate: 0.1 }))),
  'before what is no equation': () => hide(chain(restarting(scaleByRprop({ learningRate: 0.1 })), copying())),
  'sam, which starts again by itself': () =>
    hide(sam({ syncPeriod: 2 })(sgd({ learningRate: 0.1, momentum: 0.5 }), adam({ learningRate: 0.1 }))),
}

const trees: Readonly<Record<string, () => { readonly [name: string]: tf.Tensor }>> = {
  'one dtype': () => ({ w: tf.tensor1d([1, 2]), b: tf.scalar(3) }),
  'a leaf that no equation is for': () => ({ w: tf.tensor1d([1, 2]), b: tf.scalar(3), n: tf.scalar(4, 'int32') }),
}

type Now = readonly [params: unknown, state: unknown]

/** A step by the executor of the backend, and one by tensor operations. */
const ways: Readonly<Record<string, (tx: Transformation<Opaque>, donate: boolean, grads: unknown, now: Now) => Now>> = {
  'by its executor': ({ anatomy }, donate, grads, [params, state]) =>
    passOf('step', anatomy, donate)(grads, state, params),
  'by tensor operations': ({ anatomy: { plan } }, donate, updates, [params, state]) => {
    const occasion = { updates, params, extra: undefined }
    return run({ ...manner('step', donate), executor: eager }, plan(state, occasion), occasion, state)
  },
}

const every = Object.entries(cases).flatMap(([name, make]) =>
  Object.entries(trees).flatMap(([tree, begun]) =>
    Object.entries(ways).flatMap(([way, stepped]) =>
      [true, false].map((donate) => ({ name, make, tree, begun, way, stepped, donate })),
    ),
  ),
)

// The record that begins anew lies in the step twice: as what it was, and as what is made of it.
test.each(every)('a state that starts again leaves nothing behind: $name, $tree, $way, donated: $donate', (one) => {
  const { make, begun, stepped, donate } = one
  const base = tf.memory().numTensors
  const tx = make()
  const params = begun()
  const over: number[] = []
  let now: Now = [params, tx.init(params)]
  for (let t = 0; t < 6; t++) {
    const grads = { ...(params['n'] && { n: null }), w: tf.tensor1d([t - 1, 0.5]), b: tf.scalar(t % 2) }
    const next = stepped(tx, donate, grads, now)
    const held = donate ? [next, grads] : [now, next, grads]
    over.push(tf.memory().numTensors - base - new Set(tensorsOf(held)).size)
    expect(tensorsOf(held).some(({ isDisposed }) => isDisposed)).toBe(false)
    disposeExcept([now, grads], next)
    now = next
  }
  disposeExcept(now, null)
  expect(over).toEqual([0, 0, 0, 0, 0, 0])
  expect(tf.memory().numTensors).toBe(base)
})
