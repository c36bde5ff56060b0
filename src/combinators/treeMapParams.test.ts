import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { adam } from '../optimizers/adam.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { applyIfFinite } from './applyIfFinite.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { treeMapParams } from './treeMapParams.js'

test('every slot like the parameters is mapped, numbers and counters stay', () => {
  const tx = applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(
    multiSteps({ everyKSchedule: 2 })(
      withMovingAverage({ decay: 0.5 })(masked({ mask: { a: true, b: false } })(adam({ learningRate: 1 }))),
    ),
  )
  const params = { a: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const state = tx.init(params)
  const paths: string[] = []
  const next: typeof state = treeMapParams(tx, (slot, path) => {
    paths.push(path)
    return tf.add(slot, 10)
  })(state)
  expect([...next.inner.inner.average.a.dataSync()]).toEqual([11, 12])
  expect([...(next.inner.inner.inner[0].mu.a?.dataSync() ?? [])]).toEqual([10, 10])
  expect(next.inner.inner.inner[0].mu.b).toBe(null)
  expect([...next.inner.acc.b.dataSync()]).toEqual([10])
  expect(next.accepted).toBe(state.accepted)
  expect(next.inner.miniStep).toBe(0)
  expect(paths.sort()).toEqual(['a', 'a', 'a', 'a', 'b', 'b'])
  const same = treeMapParams(tx, (slot) => slot)(state)
  expect(tensorsOf(same)).toEqual(tensorsOf(state))
})
