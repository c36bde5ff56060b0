import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { step } from '../transformation/step.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { zeros } from './Slot.js'

/** Momentum that counts how often a graph is made of it, and steps with every set of null gradients. */
const setUp = (leaves: number) => {
  let graphs = 0
  const momentum = equation({ name: 'momentum', slots: { m: zeros } })((A) => ({ update, m }) => {
    graphs++
    return { update, m: A.add(A.mul(A.lit(0.5), m), update) }
  })
  const tree = Object.fromEntries(Array.from({ length: leaves }, (_, i) => [`w${i}`, tf.tensor1d([i, 1])]))
  const next = step(momentum)
  const state = momentum.init(tree)
  const begun = graphs
  return {
    graphs: () => graphs - begun,
    stepWith: (n: number) => {
      const some = Object.entries(tree).map(([key, leaf], i) => [key, ((n >> i) & 1) === 1 ? leaf : null] as const)
      const grads = Object.fromEntries(some) as unknown as typeof tree // `null`: no gradient here
      const { state: after } = next(grads, state, tree)
      return Object.values<tf.Tensor>(after.m).map((m) => m.dataSync()[0])
    },
  }
}

test('graphs are made of kinds of leaves, not of sets of null gradients', () => {
  const { graphs, stepWith } = setUp(10)
  for (let n = 0; n < 1 << 10; n++) stepWith(n)
  // With a gradient first, without one first, all and none: one or two graphs each.
  expect(graphs()).toBeLessThanOrEqual(6)
})

test('64 sets of null gradients that take turns, again and again', () => {
  const { graphs, stepWith } = setUp(6)
  const round = () => Array.from({ length: 64 }, (_, n) => stepWith(n))
  const first = round()
  const made = graphs()
  for (let again = 0; again < 3; again++) expect(round()).toEqual(first)
  expect(graphs()).toBe(made)
  first.forEach((m, n) => expect(m).toEqual(m.map((_, i) => ((n >> i) & 1) * i)))
})
