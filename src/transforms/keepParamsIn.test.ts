import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { sgd } from '../optimizers/sgd.js'
import { projectionL2Ball } from '../projections/projectionL2Ball.js'
import { projectionNonNegative } from '../projections/projectionNonNegative.js'
import { projectionSimplex } from '../projections/projectionSimplex.js'
import { step } from '../transformation/step.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { keepParamsIn } from './keepParamsIn.js'
import { keepParamsNonnegative } from './keepParamsNonnegative.js'

const numbers = (x: unknown): readonly number[] => tensorsOf(x).flatMap((leaf) => [...leaf.dataSync()])

describe('keepParamsIn', () => {
  it('ends every step in the set, and finds the best point of it', () => {
    const tx = chain(
      sgd({ learningRate: 0.25 }),
      keepParamsIn((params) => projectionSimplex(params)),
    )
    const before = tf.memory().numTensors
    // the projection of (0.5, 1.2, −0.3) onto the simplex minimises half of the distance squared
    const goal = tf.tensor1d([0.5, 1.2, -0.3])
    let now = { params: { w: tf.tensor1d([1, 0, 0]) as tf.Tensor }, state: tx.init({ w: goal }) }
    for (let i = 0; i < 60; i++) {
      const grads = { w: tf.sub(now.params.w, goal) }
      const next = step(tx)(grads, now.state, now.params)
      tf.dispose([grads, now.params])
      now = next
      expect(Math.abs(numbers(now.params).reduce((sum, x) => sum + x, 0) - 1)).toBeLessThan(1e-6)
    }
    numbers(now.params).forEach((x, i) => expect(x).toBeCloseTo([0.15, 0.85, 0][i] ?? 0, 5))
    tf.dispose([goal, now.params])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is keepParamsNonnegative, where that is the set', () => {
    tf.tidy(() => {
      const params = { w: tf.tensor1d([0.3, 1, 0]) }
      const grads = { w: tf.tensor1d([-0.7, 0.5, 1]) }
      const ours = step(keepParamsIn((p) => projectionNonNegative(p)))(grads, {}, params)
      expect(numbers(ours.params)).toEqual(numbers(step(keepParamsNonnegative())(grads, {}, params).params))
    })
  })

  it('does not move what has no update, though the projection sees it', () => {
    tf.tidy(() => {
      const params = { a: tf.tensor1d([3]), b: tf.tensor1d([4]), n: tf.tensor1d([7], 'int32') }
      const grads = { a: tf.tensor1d([0]), b: null, n: null }
      const { params: next } = step(keepParamsIn((p) => projectionL2Ball(p)))(grads, {}, params)
      expect(numbers([next.a, next.b, next.n]).map((x) => Math.round(x * 1e6) / 1e6)).toEqual([0.6, 4, 7])
    })
  })

  it('sees under a mask only what the mask leaves', () => {
    tf.tidy(() => {
      const params = { a: tf.tensor1d([3]), b: tf.tensor1d([4]) }
      const grads = { a: tf.tensor1d([0]), b: tf.tensor1d([1]) }
      const tx = masked({ mask: { a: true, b: false } })(keepParamsIn((p) => projectionL2Ball(p)))
      expect(numbers(step(tx)(grads, tx.init(params), params).params)).toEqual([1, 5])
    })
  })

  it('refuses what is no function, and results that are not like the parameters', () => {
    tf.tidy(() => {
      // @ts-expect-error no function
      expect(() => keepParamsIn(3)).toThrow(/projection must be a function of parameters/)
      const params = { a: tf.tensor1d([3]) }
      const odd = keepParamsIn(() => ({ a: tf.tensor1d([1, 2]) }))
      expect(() => step(odd)({ a: tf.tensor1d([0]) }, {}, params)).toThrow(TreeMismatch)
      expect(() => step(odd)({ a: tf.tensor1d([0]) }, {}, params)).toThrow(
        /what the projection returns: at a, expected/,
      )
    })
  })
})
