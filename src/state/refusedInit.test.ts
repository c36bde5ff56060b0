import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { byPath } from '../combinators/byPath.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { partition } from '../combinators/partition.js'
import { adam } from '../optimizers/adam.js'
import { sm3 } from '../optimizers/sm3.js'
import { plain } from '../transformation/plain.js'
import type { Opaque } from '../transformation/Transformation.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'

const groups = partition({
  transforms: { x: adam({ learningRate: 0.1 }), y: adam({ learningRate: 0.1 }) },
  paramLabels: byPath<'x' | 'y'>(() => 'x'),
})
const refusing = plain<Opaque>({
  name: 'refusing',
  init: () => {
    throw new Error('not these')
  },
  update: (updates, state) => [updates, state],
})

test('a state that holds itself is refused, at the start and after a step', () => {
  const params = { w: tf.tensor1d([1, 2]) }
  const endless = (): unknown => {
    const state: { inner: unknown[] } = { inner: [0, { count: 1 }] }
    state.inner[1] = { back: state.inner }
    return state
  }
  const told = 'at inner/1/back, found the very object that lies at inner, which so holds itself.'
  const atFirst = plain<Opaque>({ name: 'snake', init: endless, update: (u, s) => [u, s] })
  expect(() => atFirst.init(params)).toThrow(`the state of snake: ${told}`)
  const later = plain<Opaque>({ name: 'snake', init: () => 0, update: (u) => [u, endless()] })
  expect(() => later.update({ w: null }, 0, params)).toThrow(`the state of snake: ${told}`)
  tf.dispose(params)
})

test.each([
  ['a label without a leaf, after moments', chain(scaleByAdam(), groups)],
  ['the same, inside an average', withMovingAverage()(chain(scaleByAdam(), groups))],
  ['an init of the user, after what is no equation', chain(sm3({ learningRate: 0.1 }), scaleByAdam(), refusing)],
  [
    'a part that keeps the parameters themselves',
    chain(plain<Opaque>({ name: 'keeps', init: (params) => ({ params }), update: (u, s) => [u, s] }), refusing),
  ],
  ['a mask that does not fit', chain(scaleByAdam(), masked({ mask: { other: true } })(adam({ learningRate: 0.1 })))],
])('a refused init leaves nothing behind and takes nothing away: %s', (_, tx) => {
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const before = tf.memory().numTensors
  expect(() => tx.init(params)).toThrow()
  expect(tf.memory().numTensors).toBe(before)
  expect([...params.w.dataSync(), ...params.b.dataSync()]).toEqual([1, 2, 3])
  tf.dispose(params)
})
