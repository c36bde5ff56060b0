import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { runAt } from '../../laws/checks/oracle/averagingFiles.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { averaged } from './averaged.js'
import { pooledStatistics } from './pooledStatistics.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { treeAverage } from './treeAverage.js'

const rounded = (x: tf.Tensor): readonly number[] => [...x.dataSync()].map((v) => Math.round(v * 1e5) / 1e5)

test('any tree: statistics of a batch with its loss; integers are the newest', () => {
  const before = tf.memory().numTensors
  const statistics = treeAverage(exponential({ decay: 0.5 }), { start: 1 })
  const tree = (x: number) => ({ mean: tf.tensor1d([x, 2 * x]), loss: tf.scalar(x), seen: tf.scalar(x, 'int32') })
  const first = tree(0)
  let state = statistics.init(first)
  disposeExcept(first, [])
  expect(Object.keys(state).toSorted()).toEqual(['average', 'count'])
  for (const x of [4, 8]) {
    const now = tree(x)
    const next = statistics.update(state, now)
    disposeExcept([now, state], next)
    state = next
  }
  expect([averaged(state).mean, state.average.loss, state.average.seen].map(rounded)).toEqual([[6, 12], [6], [8]])
  expect(state.count).toBe(2)
  disposeExcept(state, [])
  expect(tf.memory().numTensors).toBe(before)
})

test('numbers of a scheme and totals of a clock', () => {
  const tree = { x: tf.scalar(8) }
  const losses = treeAverage(debiased({ decay: 0.9 }))
  const loss = losses.update(losses.init({ x: tf.scalar(0) }), tree)
  expect([loss.total.toFixed(6), rounded(loss.average.x)]).toEqual(['0.900000', [8]])
  const clocked = treeAverage(halfLife({ halfLife: 10, unit: 'samples' }))
  const late = clocked.update(clocked.init({ x: tf.scalar(0) }), tree, { samples: 20 })
  expect([late.clock, late.origin, rounded(late.average.x)]).toEqual([20, 0, [6]])
  expect(() => clocked.update(late, tree, { samples: 10 })).toThrow(/never decreases, found 10 after 20/)
  expect(() => losses.update(loss, { y: tf.scalar(1) } as never)).toThrow(/y|x/)
  disposeExcept([tree, loss, late], [])
})

test('statistics of batches of unequal sizes are those of all examples together', () => {
  const x = [
    [1, -2],
    [3, 0],
    [8, 5],
    [-4, 1],
    [2, 2],
  ]
  const cut = (sizes: readonly number[]) => {
    let from = 0
    return sizes.map((size) => {
      const batch = tf.tensor2d(x.slice(from, (from += size)))
      const { mean, variance } = tf.moments(batch, 0)
      return { mean: { y: mean }, variance: { y: variance }, size }
    })
  }
  const before = tf.memory().numTensors
  const [whole] = cut([5])
  for (const sizes of [[5], [2, 3], [4, 1], [1, 1, 3]]) {
    const batches = cut(sizes)
    const alive = tf.memory().numTensors
    const pooled = pooledStatistics<{ readonly y: tf.Tensor }>(batches)
    expect(pooled.size).toBe(5)
    expect(tf.memory().numTensors).toBe(alive + 2)
    for (const name of ['mean', 'variance'] as const)
      pooled[name].y.dataSync().forEach((v, i) => expect(v).toBeCloseTo(whole?.[name].y.dataSync()[i] ?? Number.NaN, 4))
    const sample = pooledStatistics<{ readonly y: tf.Tensor }>(batches, { unbiased: true })
    expect(sample.variance.y.dataSync()[0]).toBeCloseTo((5 / 4) * (whole?.variance.y.dataSync()[0] ?? 0), 4)
  }
  expect(tf.memory().numTensors).toBeGreaterThan(before)
  expect(() => pooledStatistics([])).toThrow('pooledStatistics: there are no batches')
  expect(() => pooledStatistics([{ mean: null, variance: null, size: 0.5 }])).toThrow(
    /size must be an integer ≥ 1, found 0\.5/,
  )
  // what was pooled before the mistake is given back
  const [one, other] = cut([2, 3])
  const alive = tf.memory().numTensors
  expect(() => pooledStatistics([one, { ...other, size: 0 }] as never)).toThrow(/size/)
  expect(() => pooledStatistics([one, { ...other, mean: { x: other?.mean.y } }] as never)).toThrow(/at y/)
  expect(tf.memory().numTensors).toBe(alive)
})

test.each([15, 16])(
  'torch’s update_bn, case %i: its batches one by one; pooled, all examples count the same',
  (index) => {
    const run = runAt('torch', index)
    const [weight, bias] = [run['weight'] as number[][], run['bias'] as number[]]
    const batches = run['batches'] as readonly (readonly (readonly number[])[])[]
    const outputs = batches.map((rows) =>
      rows.map((row) => bias.map((b, j) => row.reduce((sum, x, k) => sum + x * (weight[j]?.[k] ?? 0), b))),
    )
    const statistics = outputs.map((rows) => ({ ...tf.moments(tf.tensor2d(rows), 0), size: rows.length }))
    const columns = (tensors: readonly tf.Tensor[]) => tensors.map((t) => [...t.dataSync()])
    const mean = (lists: readonly (readonly number[])[], weights: readonly number[]) =>
      bias.map(
        (_, j) =>
          lists.reduce((sum, list, i) => sum + (weights[i] ?? 0) * (list[j] ?? Number.NaN), 0) /
          weights.reduce((sum, w) => sum + w, 0),
      )
    const alike = (found: readonly number[], wanted: readonly number[]) =>
      found.forEach((v, i) => expect(v).toBeCloseTo(wanted[i] ?? Number.NaN, 4))
    const sizes = statistics.map(({ size }) => size)
    // what torch does: every batch counts the same
    const ones = sizes.map(() => 1)
    alike(mean(columns(statistics.map((s) => s.mean)), ones), run['runningMean'] as number[])
    const samples = statistics.map(({ variance, size }) => [...variance.dataSync()].map((v) => (v * size) / (size - 1)))
    alike(mean(samples, ones), run['runningVar'] as number[])
    // pooled: the statistics of all examples
    const pooled = pooledStatistics<tf.Tensor>(statistics, { unbiased: true })
    const all = outputs.flat()
    alike(
      [...pooled.mean.dataSync()],
      bias.map((_, j) => all.reduce((sum, row) => sum + (row[j] ?? 0), 0) / all.length),
    )
    if (index === 15) {
      alike([...pooled.mean.dataSync()], run['runningMean'] as number[])
      alike([...pooled.variance.dataSync()], run['runningVar'] as number[])
    }
    expect(pooled.size).toBe(all.length)
  },
)
