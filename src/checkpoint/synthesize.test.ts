import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expect, test } from 'vitest'
import { trackedProfiles } from '../averaging/trackedProfiles.js'
import { powerFunction } from '../averaging/schemes/powerFunction.js'
import { gammaOfWidth } from '../averaging/schemes/width.js'
import { uniform } from '../averaging/schemes/uniform.js'
import { withAverage } from '../averaging/withAverage.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { averageCheckpoints } from './averageCheckpoints.js'
import { memoryStore } from './memoryStore.js'
import { save } from './save.js'
import { saveProfiles } from './saveProfiles.js'
import { synthesize } from './synthesize.js'

const named = (width: number) => withAverage(powerFunction({ width }), { name: `Width${1000 * width}` })
const wanted = [0.075, 0.1, 0.15] as const
const tracked = F.pipe(identity(), named(0.05), named(0.2))
const direct = F.pipe(tracked, named(0.075), named(0.1), named(0.15))

/** Parameters that drift, and jump about less and less: the same each time. */
const walk = (steps: number, size: number): readonly Float32Array[] => {
  let seed = 7
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 31 - 1
  }
  const x = Array.from({ length: size }, random)
  return Array.from({ length: steps }, (_, t) =>
    Float32Array.from(x, (_x, i) => {
      const next = (x[i] ?? 0) + (0.3 * random() + 0.02) / Math.sqrt(t + 10)
      x[i] = next
      return next
    }),
  )
}

const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((x, i) => x - (b[i] ?? Number.NaN)))

test('two widths at sixteen times give every width between them, to a hundredth of how far the average is', async () => {
  const before = tf.memory().numTensors
  const store = memoryStore()
  const steps = 512
  const xs = walk(steps, 24)
  const still = { w: null }
  const start = { w: tf.tensor1d(xs[0] ?? []) }
  let state = direct.init(start)
  disposeExcept(start, [])
  for (const [t, x] of xs.entries()) {
    const params = { w: tf.tensor1d(x) }
    const next = step(direct)(still, state, params)
    disposeExcept([state, params], next)
    state = next.state
    if ((t + 1) % (steps / 16) === 0)
      await saveProfiles({
        store,
        prefix: 'ema',
        optimizer: tracked,
        params: next.params,
        state: state.inner.inner.inner,
      })
    disposeExcept(next.params, state)
  }
  const stored = (await store.list()).map(({ name }) => name)
  expect(stored).toHaveLength(32)
  expect(stored).toContain(`ema@512@${gammaOfWidth(0.05)}`)
  const like = state.average
  const last = xs.at(-1) ?? new Float32Array()
  const truths = new Map(trackedProfiles(direct, state).map(({ gamma, average }) => [gamma, average as typeof like]))
  for (const width of [0.05, ...wanted, 0.2]) {
    const found = await synthesize({ store, prefix: 'ema', like, width })
    const truth = truths.get(gammaOfWidth(width))?.w.dataSync() as Float32Array
    const error = distance(found.params.w.dataSync() as Float32Array, truth) / distance(truth, last)
    expect(error).toBeLessThan(width === 0.05 || width === 0.2 ? 1e-5 : 1e-2)
    expect(found.extrapolated).toBeNull()
    expect(found.relativeError).toBeLessThan(0.02)
    expect(found.described).toMatch(
      /^width 0\.\d+ at 512, of 32 stored averages: error of the profile ≤ .*, condition \S+$/,
    )
    disposeExcept(found.params, [])
  }
  const guess = await synthesize({ store, prefix: 'ema', like, width: 0.27 })
  expect(guess.described).toContain('this is a guess')
  const early = await synthesize({ store, prefix: 'ema', like, width: 0.1, time: 256 })
  expect([early.time, early.from.length]).toEqual([256, 32])
  disposeExcept([guess.params, early.params, state], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('what is not there, or does not fit, rejects with its path, and nothing is made', async () => {
  const store = memoryStore()
  const params = { w: tf.tensor1d([1, 2]) }
  const fresh = tracked.init(params)
  const before = tf.memory().numTensors
  await expect(synthesize({ store, prefix: 'ema', like: params, width: 0.1 })).rejects.toThrow(
    /ema: expected averages stored, found none/,
  )
  await expect(synthesize({ store, prefix: 'ema', like: params })).rejects.toThrow(
    'needs one of width and gamma, found neither',
  )
  await expect(saveProfiles({ store, prefix: 'ema', optimizer: tracked, params, state: fresh })).rejects.toThrow(
    'there is no power-function average that has begun',
  )
  const once = step(tracked)({ w: null }, fresh, params)
  await expect(saveProfiles({ store, prefix: 'a@b', optimizer: tracked, params, state: once.state })).rejects.toThrow(
    /prefix must be a name/,
  )
  expect(await saveProfiles({ store, prefix: 'ema', optimizer: tracked, params, state: once.state })).toHaveLength(2)
  const other = { w: tf.tensor1d([1, 2, 3]), b: tf.scalar(0) }
  await expect(synthesize({ store, prefix: 'ema', like: other, width: 0.1 })).rejects.toThrow(
    /w: expected a float32 tensor of shape \[3\] in ema@1@[\s\S]*b: expected a float32 tensor of shape \[\]/,
  )
  await expect(synthesize({ store, prefix: 'ema', like: params, width: 0.1, time: 0.5 })).rejects.toThrow(
    /found the first at 1/,
  )
  disposeExcept([once.params, once.state, other], [params, fresh])
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept([params, fresh], [])
})

test('an average that is disposed is told, and what was held of the others is let go', async () => {
  const store = memoryStore()
  const params = { w: tf.tensor1d([1, 2]) }
  const once = step(tracked)({ w: null }, tracked.init(params), params)
  once.state.average.w.dispose() // the outer one; the inner one is whole
  const alive = tf.memory().numTensors
  await expect(saveProfiles({ store, prefix: 'ema', optimizer: tracked, params, state: once.state })).rejects.toThrow(
    /one that is disposed/,
  )
  expect(tf.memory().numTensors).toBe(alive)
  expect(await store.list()).toEqual([])
})

test('checkpoints are averaged after training, weighted, or one of their averages', async () => {
  const store = memoryStore()
  const optimizer = withAverage(uniform({ includeInitial: true }), { name: 'Mean' })(identity())
  let now = { params: { w: tf.tensor1d([1, 2]) }, state: optimizer.init({ w: tf.tensor1d([1, 2]) }) }
  for (const i of [0, 1, 2]) {
    await save({ store, name: `step-${i}`, optimizer, ...now })
    const next = step(optimizer)({ w: tf.tensor1d([3, 0]) }, now.state, now.params)
    now = next
  }
  const names = ['step-0', 'step-1', 'step-2']
  const read = async (request: Parameters<typeof averageCheckpoints<typeof now.params>>[0]) => [
    ...(await averageCheckpoints(request)).w.dataSync(),
  ]
  const base = { store, like: now.params }
  expect(await read({ ...base, names })).toEqual([4, 2])
  expect(await read({ ...base, names, weights: [1, 0, 3] })).toEqual([5.5, 2])
  expect(await read({ ...base, names: ['step-1'] })).toEqual([4, 2])
  expect(await read({ ...base, names: ['step-2'], average: 'Mean' })).toEqual([4, 2])
  // a sum of weights that no double holds, a weight that is small beside another, a zero with its sign
  expect(await read({ ...base, names: ['step-0', 'step-1'], weights: [1e308, 1e308] })).toEqual([2.5, 2])
  const far = { w: tf.tensor1d([-0, 1e13]) }
  await save({ store, name: 'far', optimizer, params: far, state: optimizer.init(far) })
  expect(await read({ ...base, names: ['step-1', 'far'], weights: [1, 1e-13] })).toEqual([4, 3])
  expect(await read({ ...base, names: ['far'] })).toEqual([-0, Math.fround(1e13)])
  await expect(averageCheckpoints({ ...base, names: [] })).rejects.toThrow(/names must hold at least one/)
  await expect(averageCheckpoints({ ...base, names, weights: [1, -1, 1] })).rejects.toThrow(
    /weights must be 3 finite numbers ≥ 0/,
  )
  await expect(averageCheckpoints({ ...base, names: ['gone'] })).rejects.toThrow(/gone/)
})
