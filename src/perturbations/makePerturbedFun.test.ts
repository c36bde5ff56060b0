import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { whole } from '../../laws/checks/part.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { gumbelNoise } from './gumbelNoise.js'
import { makePerturbedFun } from './makePerturbedFun.js'
import { normalNoise } from './normalNoise.js'

const numbers = (x: unknown): readonly number[] => tensorsOf(x).flatMap((leaf) => [...leaf.dataSync()])
const largest = (x: tf.Tensor): tf.Tensor => tf.cast(tf.equal(x, tf.max(x)), 'float32')

describe('makePerturbedFun', () => {
  it('by Gumbel noise makes a softmax of the largest, with its gradient', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([0.5, 0, -0.5])
      const soft = numbers(tf.softmax(x))
      const perturbed = makePerturbedFun({ fun: largest, numSamples: whole ? 1500 : 500, sigma: 1 })
      numbers(perturbed(3, x)).forEach((share, i) => expect(Math.abs(share - (soft[i] ?? 0))).toBeLessThan(0.05))
      const { grads } = valueAndGrad((p: tf.Tensor) => tf.sum(tf.slice(perturbed(3, p), [0], [1])))(x)
      const [first = 0, second = 0, third = 0] = soft
      const wanted = [first * (1 - first), -first * second, -first * third]
      numbers(grads).forEach((g, i) => expect(Math.abs(g - (wanted[i] ?? 0))).toBeLessThan(0.1))
    })
  })

  it('is one function of key and x, by path, and leaves nothing', () => {
    const x = { a: tf.tensor1d([1, 2]), b: [tf.scalar(3), null] as const }
    const moved = { b: x.b, a: x.a }
    const before = tf.memory().numTensors
    const perturbed = makePerturbedFun({
      fun: (p: typeof x) => ({ sum: tf.add(tf.sum(p.a), p.b[0]), all: p.a }),
      numSamples: 3,
      noise: normalNoise,
    })
    const [once, again, other] = [perturbed(7, x), perturbed(7, moved), perturbed(8, x)]
    expect(numbers(once)).toEqual(numbers(again))
    expect(numbers(once)).not.toEqual(numbers(other))
    expect(once.all.shape).toEqual([2])
    const { grads, value } = valueAndGrad((p: typeof x) => perturbed(7, p).sum)(x)
    expect(grads.b[1]).toBe(null)
    expect(tf.memory().numTensors).toBe(before + 6 + 3)
    tf.dispose([...[once, again, other].flatMap((r) => [r.sum, r.all]), value, ...tensorsOf(grads)])
    tf.dispose([x.a, x.b[0]])
  })

  it('has scores that are the slopes of its log densities', () => {
    tf.tidy(() => {
      const z = tf.tensor1d([-1.5, 0, 0.25, 3])
      for (const noise of [gumbelNoise, normalNoise]) {
        const slope = numbers(tf.grad((x: tf.Tensor) => tf.sum(noise.logProb(x)))(z))
        numbers(noise.score(z)).forEach((x, i) => expect(x).toBeCloseTo(-(slope[i] ?? 0), 5))
        const draws = numbers(noise.sample([4000], 5))
        expect(draws.every(Number.isFinite)).toBe(true)
        expect(
          Math.abs(draws.reduce((sum, x) => sum + x, 0) / 4000 - (noise === gumbelNoise ? 0.5772 : 0)),
        ).toBeLessThan(0.1)
      }
    })
  })

  it('refuses what does not fit', () => {
    tf.tidy(() => {
      expect(() => makePerturbedFun({ fun: largest, sigma: 0 })).toThrow(/sigma must be a finite number > 0/)
      // @ts-expect-error no function
      expect(() => makePerturbedFun({ fun: 3 })).toThrow(/fun must be a function of a tree/)
      expect(() => makePerturbedFun({ fun: largest })(0.5, tf.scalar(1))).toThrow(/key must be an integer, found 0.5/)
      let calls = 0
      const odd = makePerturbedFun({ fun: () => tf.zeros([1 + (calls++ % 2)]), numSamples: 2 })
      expect(() => odd(1, tf.scalar(1))).toThrow(TreeMismatch)
    })
  })
})
