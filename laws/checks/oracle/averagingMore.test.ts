import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { averaged } from '../../../src/averaging/averaged.js'
import { swagSample } from '../../../src/averaging/sampleSwag.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { swapped } from '../../../src/averaging/swapped.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { withSwag } from '../../../src/averaging/withSwag.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { identity } from '../../../src/transformation/identity.js'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { backendName } from '../backend.js'
import { runAt } from './averagingFiles.js'
import { flatNumbers, mapNumbers, type Nested, type Numbers, ofScale, shapeOf } from './optaxCases.js'

type Flat = Readonly<Record<string, tf.Tensor>>
const leaf = (values: Nested): tf.Tensor => tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32')
const tree = (numbers: Numbers): Flat => mapNumbers(leaf)(numbers) as Flat // flat records
const error = (found: unknown, wanted: Numbers): number =>
  ofScale(
    Object.keys(wanted).flatMap((key) => [...((found as Flat)[key]?.dataSync() ?? [])]), // as above
    flatNumbers(wanted),
  )

interface Moments {
  readonly mean: Numbers
  readonly variance: Numbers
  readonly deviations: readonly Numbers[]
}

interface Sample {
  readonly scale: number
  readonly lowRank: boolean
  readonly value: Numbers
}

describe(`SWAG, by ${backendName}`, () => {
  it.each([65, 66])('formulas %i', (index) => {
    const before = tf.memory().numTensors
    const run = runAt('formulas', index)
    const rank = Number(run.options['rank'])
    const tx = withSwag({ rank })(identity())
    const moments = run.trajectory as unknown as readonly Moments[] // this case's own
    let params = tree(run.initial)
    let state = tx.init(params)
    run.stream?.forEach((numbers, t) => {
      const x = tree(numbers)
      const still = Object.fromEntries(Object.keys(x).map((key) => [key, null]))
      const next = step(tx)(still, state, x)
      disposeExcept([state, params], next)
      params = next.params
      state = next.state
      const wanted = moments[t]
      if (wanted === undefined || (backendName === 'webgl' && t % 3 !== 1)) return
      expect(error(state.average, wanted.mean)).toBeLessThan(1e-6)
      expect(error(state.spread, wanted.variance)).toBeLessThan(t === 0 ? 1.5 : 1e-6) // at first 0 for their 1e-30
      const held = wanted.deviations.length
      wanted.deviations.forEach((deviation, i) => {
        const own = state[`deviation${(t + 1 - held + i) % rank}`]
        if (flatNumbers(deviation).some((v) => v !== 0)) expect(error(own, deviation)).toBeLessThan(1e-6)
      })
    })
    expect(state.taken).toBe(8)
    const [z1, z2] = [run['z1'] as Numbers, run['z2'] as readonly number[]]
    const samples = run['samples'] as readonly Sample[]
    expect(samples).toHaveLength(4)
    for (const { scale, lowRank, value } of samples) {
      const drawn = swagSample<Flat>(state, {
        scale,
        lowRank,
        element: (path) => leaf(z1[path] as Nested),
        column: (i) => z2[i] ?? Number.NaN,
      })
      expect(error(drawn, value)).toBeLessThan(1e-6)
      disposeExcept(drawn, [])
    }
    disposeExcept([state, params], [])
    expect(tf.memory().numTensors).toBe(before)
  })
})

interface Entry {
  readonly when: string
  readonly kernel: Nested
  readonly bias: Nested
  readonly averages: Numbers
}

describe(`Keras' SwapEMAWeights, by ${backendName}`, () => {
  it.each([8, 9])(
    'tensorflow %i: what one evaluates with at the end of each epoch, and that it is swapped back',
    (index) => {
      const before = tf.memory().numTensors
      const run = runAt('tensorflow', index)
      const { learningRate } = (run['inner'] as { readonly options: { readonly learningRate: number } }).options // this case's own
      const decay = (run['ema'] as { readonly emaMomentum: number }).emaMomentum
      const optimizer = withAverage(exponential({ decay: (t) => (t === 0 ? 0 : decay) }))(sgd({ learningRate }))
      const [xs, ys] = [run['x'] as readonly (readonly number[])[], run['y'] as readonly (readonly number[])[]]
      const evaluations = (run['log'] as readonly Entry[]).filter(({ when }) => when === 'test begin')
      const start = tree(run.initial)
      let now = { params: start, state: optimizer.init(start) }
      for (let t = 0; t < 4; t++) {
        const rows = [0, 1, 2, 3].map((i) => 4 * (t % 2) + i)
        const [kernel, bias] = [[...(now.params['kernel']?.dataSync() ?? [])], now.params['bias']?.dataSync()[0] ?? 0]
        const residuals = rows.map(
          (row) => (xs[row] ?? []).reduce((sum, x, j) => sum + x * (kernel[j] ?? 0), bias) - (ys[row]?.[0] ?? 0),
        )
        const slope = kernel.map((_, j) => [
          rows.reduce((sum, row, i) => sum + (xs[row]?.[j] ?? 0) * (residuals[i] ?? 0), 0) / 2,
        ])
        const grads = tree({ kernel: slope, bias: [residuals.reduce((sum, r) => sum + r, 0) / 2] })
        const next = step(optimizer)(grads, now.state, now.params)
        disposeExcept([now, grads], next)
        now = next
        const wanted = t % 2 === 1 ? evaluations[(t - 1) / 2] : undefined
        if (wanted === undefined) continue
        const there = swapped(now)
        expect(error(there.params, { kernel: wanted.kernel, bias: wanted.bias })).toBeLessThan(6e-6)
        expect(error(there.state.average, wanted.averages)).toBeLessThan(6e-6)
        expect(averaged(now.state)).toBe(now.state.average)
        expect(swapped(there).params['kernel']).toBe(now.params['kernel'])
      }
      expect(evaluations.length).toBeGreaterThan(1)
      disposeExcept(now, [])
      expect(tf.memory().numTensors).toBe(before)
    },
  )
})
