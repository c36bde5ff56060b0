import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { treeNorm } from '../tensors/treeNorm.js'
import type { Accumulator } from './Accumulator.js'
import { microbatch } from './microbatch.js'
import { microGrad } from './microGrad.js'
import { microVmap } from './microVmap.js'
import { reshapeBatchAxis } from './reshapeBatchAxis.js'

const numbers = (x: unknown): readonly number[] => tensorsOf(x).flatMap((leaf) => [...leaf.dataSync()])
const batch = () => tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [6, 2])
type Net = { readonly w: tf.Tensor; readonly b: tf.Tensor }
const net = (): Net => ({ w: tf.tensor1d([0.5, -1]), b: tf.scalar(0.25) })
const loss = ({ w, b }: Net, x: tf.Tensor): tf.Tensor => {
  const y = tf.add(tf.sum(tf.mul(x, w), -1), b)
  return tf.mean(tf.mul(y, y))
}

/** Mean and variance of what is seen, by Welford's recursion. */
const moments: Accumulator = {
  init: (value) => [tf.zeros(value.shape), tf.zeros(value.shape)],
  update: ([mean, spread], value, index) => {
    if (mean === undefined || spread === undefined) throw new Error('two tensors are held')
    const off = tf.sub(value, mean)
    const next = tf.add(mean, tf.div(off, index + 1))
    return [next, tf.add(spread, tf.mul(off, tf.sub(value, next)))]
  },
  finalize: ([mean, spread], slices) => {
    if (mean === undefined || spread === undefined) throw new Error('two tensors are held')
    return tf.stack([mean, tf.div(spread, slices)])
  },
}

describe('microbatch', () => {
  it('leaves its result and nothing else, after an error too', () => {
    const x = batch()
    const before = tf.memory().numTensors
    const sums = microbatch((rows: tf.Tensor) => ({ a: tf.sum(rows), b: [tf.sum(rows, 0), null] as const }), {
      argnums: 0,
      microbatchSize: 2,
      accumulator: { a: 'mean', b: ['sum', 'sum'] },
    })(x)
    expect(tf.memory().numTensors).toBe(before + 2)
    expect(numbers(sums)).toEqual([26, 36, 42])
    tf.dispose([sums.a, sums.b[0]])
    let calls = 0
    const failing = microbatch(
      (rows: tf.Tensor) => {
        calls += 1
        if (calls === 2) throw new Error('the second slice')
        return tf.sum(rows)
      },
      { argnums: 0, microbatchSize: 2 },
    )
    expect(() => failing(x)).toThrow('the second slice')
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })

  it('passes on what is no batch, and batches along other axes', () => {
    tf.tidy(() => {
      const f = microbatch((scale: tf.Tensor, rows: { readonly x: tf.Tensor }) => tf.mul(scale, tf.sum(rows.x, 1)), {
        argnums: [1],
        microbatchSize: 1,
        inAxis: -1,
        accumulator: 'concat',
      })
      expect(numbers(f(tf.scalar(2), { x: batch() })).slice(0, 3)).toEqual([2, 4, 6])
    })
  })

  it('has the gradient of the whole', () => {
    tf.tidy(() => {
      const x = batch()
      const whole = valueAndGrad((p: { readonly x: tf.Tensor }) => tf.sum(tf.square(p.x)))({ x })
      const slices = microbatch((rows: tf.Tensor) => tf.sum(tf.square(rows)), { argnums: 0, microbatchSize: 3 })
      const found = valueAndGrad((p: { readonly x: tf.Tensor }) => slices(p.x))({ x })
      expect(numbers(found.grads)).toEqual(numbers(whole.grads))
    })
  })

  it('stacks what comes of examples, in their order', () => {
    tf.tidy(() => {
      const twice = (row: tf.Tensor) => tf.mul(row, 2)
      for (const given of [{}, { microbatchSize: 2 }, { microbatchSize: 2, numRealMicrobatches: 3 }]) {
        const found = microVmap(twice, given)(batch())
        expect(found.shape).toEqual([6, 2])
        expect(numbers(found)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24])
      }
      // strided: examples 0 and 3 are the first slice
      const some = microVmap(twice, { microbatchSize: 2, numRealMicrobatches: 1 })(batch())
      expect(numbers(some)).toEqual([2, 4, 0, 0, 0, 0, 14, 16, 0, 0, 0, 0])
      const { grads } = microGrad((p: tf.Tensor, x: tf.Tensor) => tf.sum(tf.mul(p, x)), { accumulator: 'concat' })(
        tf.ones([2]),
        batch(),
      )
      expect(grads?.shape).toEqual([6, 2])
      expect(numbers(grads)).toEqual(numbers(batch()))
    })
  })

  it('takes examples along axes that are counted from the end, and slices of which none is real', () => {
    tf.tidy(() => {
      const x = batch()
      const sums = microVmap((column: tf.Tensor) => tf.sum(column), { inAxis: -1 })(x)
      expect(numbers(sums)).toEqual([36, 42])
      const none = microbatch((slice: tf.Tensor) => tf.sum(slice, 0), {
        argnums: 0,
        microbatchSize: 2,
        numRealMicrobatches: 0,
      })(x)
      expect(numbers(none)).toEqual([0, 0])
    })
  })

  it('finds the accumulator of a result by its whole key', () => {
    tf.tidy(() => {
      const found = microbatch((rows: tf.Tensor) => ({ a: tf.sum(rows), ab: { c: tf.sum(rows) } }), {
        argnums: 0,
        microbatchSize: 2,
        accumulator: { a: 'mean', ab: { c: 'sum' } },
      })(batch())
      expect([numbers(found.a), numbers(found.ab.c)]).toEqual([[26], [78]])
    })
  })

  it('takes accumulators of one’s own, which see every example', () => {
    tf.tidy(() => {
      const found = microVmap((row: tf.Tensor) => tf.sum(row), { accumulator: moments, microbatchSize: 2 })(batch())
      // 3, 7, …, 23
      numbers(found).forEach((x, i) => expect(x).toBeCloseTo([13, (16 * 35) / 12][i] ?? 0, 4))
    })
  })

  it('refuses what does not fit', () => {
    tf.tidy(() => {
      const sum = (x: tf.Tensor) => tf.sum(x)
      const x = batch()
      expect(() => microbatch(sum, { argnums: 0, microbatchSize: 0 })).toThrow(/microbatchSize must be an integer ≥ 1/)
      expect(() => microbatch(sum, { argnums: 0, microbatchSize: 4 })(x)).toThrow(
        /found 6 and 4\. Choose a divisor of 6/,
      )
      expect(() =>
        microbatch((a: tf.Tensor, b: tf.Tensor) => tf.add(a, b), { argnums: [0, 1], microbatchSize: 1 })(
          x,
          tf.ones([3, 2]),
        ),
      ).toThrow(/batches must be of one size, at least 1, found 6, 3/)
      expect(() => microbatch(sum, { argnums: 0, microbatchSize: 1, inAxis: 2 })(x)).toThrow(
        /expected a tensor with the axis 2/,
      )
      // @ts-expect-error no such word
      expect(() => microbatch(sum, { argnums: 0, microbatchSize: 1, accumulator: 'max' })(x)).toThrow(
        /found 'max' for the result at the root/,
      )
      expect(() =>
        microbatch((rows: tf.Tensor) => ({ a: tf.sum(rows) }), {
          argnums: 0,
          microbatchSize: 1,
          accumulator: { b: 'sum' },
        })(x),
      ).toThrow(/for the result at a\. Pass/)
      let calls = 0
      const odd = microbatch((rows: tf.Tensor) => (calls++ === 0 ? tf.sum(rows, 0) : tf.sum(rows)), {
        argnums: 0,
        microbatchSize: 1,
      })
      expect(() => odd(x)).toThrow(TreeMismatch)
      expect(() => reshapeBatchAxis(tf.scalar(1), { microbatchSize: 1 })).toThrow(/The batch is an axis of every leaf/)
      expect(() => microbatch(sum, { argnums: 0, microbatchSize: 1 })(tf.ones([0, 2]))).toThrow(/at least 1, found 0/)
    })
  })
})

describe('microGrad', () => {
  it('is the gradient of the mean, by mean', () => {
    tf.tidy(() => {
      const [params, x] = [net(), batch()]
      const { grads, values } = microGrad(loss, { accumulator: 'mean' })(params, x)
      const whole = valueAndGrad(loss)(params, x)
      numbers(grads).forEach((g, i) => expect(g / (numbers(whole.grads)[i] ?? 0)).toBeCloseTo(1, 5))
      expect(numbers(tf.mean(values))[0]).toBeCloseTo(numbers(whole.value)[0] ?? 0, 4)
    })
  })

  it('clips and sums with the memory of one gradient', () => {
    const [params, x] = [net(), batch()]
    const before = tf.memory().numTensors
    const seen: number[] = []
    const clipped = microGrad(loss, {
      microbatchSize: 1,
      transformFn: (grads) => {
        seen.push(tf.memory().numTensors - before)
        const scale = tf.minimum(1, tf.div(0.5, treeNorm(grads)))
        return { w: tf.mul(grads.w ?? tf.scalar(0), scale), b: tf.mul(grads.b ?? tf.scalar(0), scale) }
      },
    })
    const { grads, values, metrics } = clipped(params, x)
    expect(metrics).toBe(null)
    expect(values.shape).toEqual([6])
    const norm = treeNorm(grads)
    expect(numbers(norm)[0]).toBeLessThanOrEqual(3.0001)
    norm.dispose()
    // the losses that are kept, one each, and no more gradients at the end than at the beginning
    expect(seen).toHaveLength(6)
    const extra = seen.map((count, i) => count - (seen[1] ?? 0) - (i - 1))
    expect(extra.slice(1).every((count) => count === 0)).toBe(true)
    tf.dispose([grads.w, grads.b, values])
    tf.dispose([params.w, params.b, x])
    expect(tf.memory().numTensors).toBe(before - 3)
  })

  it('hides leaves by a mask, and hands over examples without their axis', () => {
    tf.tidy(() => {
      const shapes: (readonly number[])[] = []
      const { grads } = microGrad(
        (p: Net, x: tf.Tensor) => {
          shapes.push(x.shape)
          return loss(p, x)
        },
        { mask: { w: true, b: false }, keepBatchDim: false },
      )(net(), batch())
      expect(shapes.every((shape) => shape.join() === '2')).toBe(true)
      expect(grads.b).toBe(null)
      expect(numbers(grads.w)).toHaveLength(2)
      // @ts-expect-error no function
      expect(() => microGrad(loss, { transformFn: 3 })).toThrow(/transformFn must be a function of a gradient, found 3/)
    })
  })
})
