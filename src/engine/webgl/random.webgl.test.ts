import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chain } from '../../combinators/chain.js'
import type { Arithmetic } from '../../equation/Arithmetic.js'
import { arrayLeaf, type ArrayLeaf } from '../../equation/reference.js'
import { perLeaf, perTree, zeros } from '../../equation/Slot.js'
import { equation } from '../../transformation/equation.js'
import { reference } from '../../transformation/reference.js'
import { step } from '../../transformation/step.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { isLeaf } from '../../tree/Tree.js'
import { chooseExecutor } from '../chooseExecutor.js'

/** A random equation: each number takes two earlier values. All operations keep values small and are smooth enough to compare. */
interface Recipe {
  readonly body: readonly (readonly [op: number, a: number, b: number])[]
  readonly results: readonly number[]
}

const operations = 15

const recipe = fc.record<Recipe>({
  body: fc.array(fc.tuple(fc.nat(operations - 1), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 8 }),
  results: fc.array(fc.nat(99), { minLength: 3, maxLength: 3 }),
})

const combined = <A, B>(A: Arithmetic<A, B>, op: number, a: A, b: A): A => {
  const one = A.lit(1)
  const mean = (x: A): A => A.div(A.leafSum(x), A.max(A.leafSize(), one))
  switch (op) {
    case 0: return A.tanh(A.add(a, b))
    case 1: return A.mul(a, b)
    case 2: return A.max(a, b)
    case 3: return A.min(a, b)
    case 4: return A.sub(A.abs(a), A.abs(b))
    case 5: return A.sqrt(A.add(A.abs(a), one))
    case 6: return A.div(a, A.add(one, A.abs(b)))
    case 7: return A.exp(A.neg(A.abs(a)))
    case 8: return A.log(A.add(A.abs(b), one))
    case 9: return A.pow(A.add(one, A.abs(a)), A.tanh(b))
    case 10: return mean(a)
    case 11: return A.leafMax(A.abs(a))
    case 12: return A.div(A.treeSum(a), A.add(one, A.treeSum(A.abs(b))))
    case 13: return A.where(A.and(A.isFinite(a), A.not(A.isNaN(b))), A.mul(A.lit(0.5), a), b)
    default: return A.mul(A.sign(A.add(A.abs(a), one)), b)
  }
}

const equationOf = ({ body, results }: Recipe, k: number) =>
  equation({ name: `random${k}`, slots: { element: zeros, leaf: perLeaf(0.5), tree: perTree(0.25) } })((A) => ({ update, param, element, leaf, tree }) => {
    const values = [update, param, element, leaf, tree]
    const pick = (i: number) => values[i % values.length] ?? update
    for (const [op, a, b] of body) values.push(combined(A, op, pick(a), pick(b)))
    const [x = update, y = update, z = update] = results.map((i) => pick(values.length - 1 - (i % 3)))
    return {
      update: A.tanh(x), element: A.tanh(A.add(y, element)), leaf: A.tanh(A.leafMax(z)),
      tree: A.div(A.treeSum(z), A.add(A.lit(1), A.treeSum(A.add(A.abs(z), A.abs(y))))),
    }
  })

const shapes = fc.array(fc.constantFrom<readonly number[]>([], [1], [5], [3, 3], [2, 3, 5], [64, 2], [2, 1, 3, 2, 3], [0]), { minLength: 1, maxLength: 4 })

const leavesIn = (value: unknown): readonly ArrayLeaf[] =>
  isLeaf(value) ? [value as ArrayLeaf] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesIn) : []

test('random chains on random trees: fused draws are within 2e-5 of float64', () => {
  expect(chooseExecutor().name).toBe('webgl')
  const start = tf.memory().numTensors
  fc.assert(fc.property(fc.array(recipe, { minLength: 1, maxLength: 2 }), shapes, fc.nat(), (recipes, sizes, seed) => {
    const tx = chain(...(recipes.map(equationOf) as [ReturnType<typeof equationOf>])) // one at least
    let s = seed
    const values = sizes.map((shape) => [0, 1].map(() => Float32Array.from({ length: shape.reduce((n, m) => n * m, 1) }, () =>
      (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1)))
    // The first leaf has no gradient if there are several: another class of leaves.
    const [grads, params] = [0, 1].map((k) => sizes.map((shape, i) => (k === 0 && i === 0 && sizes.length > 2 ? null : tf.tensor(values[i]?.[k] ?? [], [...shape]))))
    const arrays = [grads, params].map((list) => list?.map((t, i) => (t === null ? null : arrayLeaf(t.dataSync(), sizes[i] ?? []))))
    if (grads === undefined || params === undefined) throw new Error('two trees were made')
    const given = params as readonly tf.Tensor[] // only gradients may be missing
    const state = tx.init(given)
    const found = step(tx)(grads, state, given)
    const oracle = reference(tx, 'float64')
    const exact = oracle.step(arrays[0], oracle.init(arrays[1]), arrays[1])
    const tensors = tensorsOf([found.params, found.state])
    const wanted = leavesIn([exact.params, exact.state])
    expect(tensors.length).toBe(wanted.length)
    let worst = 0
    wanted.forEach((leaf, k) => {
      const got = tensors[k]?.dataSync() ?? []
      expect(got.length).toBe(leaf.values.length)
      leaf.values.forEach((x, i) => {
        const y = got[i] ?? Number.NaN
        if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) worst = Math.max(worst, Number.isNaN(x - y) ? Infinity : Math.abs(x - y))
      })
    })
    tensorsOf([grads, params, state, found]).forEach((t) => t.dispose())
    expect(worst).toBeLessThanOrEqual(2e-5)
    expect(tf.memory().numTensors).toBe(start)
  }), { numRuns: 12 })
})
