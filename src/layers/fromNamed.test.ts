import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { mlp } from '../../laws/checks/layers/models.js'
import { adam } from '../optimizers/adam.js'
import { fromNamed } from './fromNamed.js'
import { toNamed } from './toNamed.js'

test('names are nested at the slash, and come back with the very same tensors in the same order', () => {
  const [w, b, c] = [tf.ones([2, 3]), tf.zeros([3]), tf.scalar(1)]
  const named = { 'dense/kernel': w, 'dense/bias': b, 'a/b/c': c }
  const tree = fromNamed(named)
  expect(tree).toEqual({ dense: { kernel: w, bias: b }, a: { b: { c } } })
  expect(Object.entries(toNamed(tree))).toEqual(Object.entries(named))
  expect(fromNamed(toNamed(tree))).toEqual(tree)
  const state = adam({ learningRate: 0.1 }).init(tree)
  expect(Object.keys(toNamed(state[0].mu))).toEqual(Object.keys(named))
  tf.dispose([w, b, c, state as unknown as tf.Tensor[]])
})

test('a list of variables goes by their names, a list of named tensors by those', () => {
  const v = tf.tidy(() => tf.variable(tf.scalar(1), true, 'named/v'))
  expect(fromNamed([v])).toEqual({ named: { v } })
  expect(fromNamed([{ name: 'other', tensor: v }])).toEqual({ other: v })
  expect(fromNamed({})).toEqual({})
  v.dispose()
})

test('weights of a model are told how they become variables, wherever trees are joined', () => {
  const { weights } = mlp()
  const [kernel] = weights
  const told = `at ${kernel?.name}, expected a tensor, found a LayerVariable of tfjs-layers. Pass the variable that its read() gives.`
  expect(() => fromNamed(weights as never)).toThrow(`fromNamed: ${told}`)
  expect(() => adam({ learningRate: 0.1 }).init({ [kernel?.name ?? '']: kernel } as never)).toThrow(`params: ${told}`)
  expect(Object.keys(fromNamed(weights.map((weight) => weight.read() as tf.Variable)))).toEqual(['one', 'two', 'three'])
  weights.forEach((weight) => weight.dispose())
})

test('null has no name; a lone tensor and what is no tensor are refused', () => {
  const w = tf.scalar(1)
  expect(toNamed({ w, none: null })).toEqual({ w })
  expect(() => toNamed(w)).toThrow(/a lone tensor has no name/)
  expect(() => fromNamed({ w: 3 as unknown as tf.Tensor })).toThrow(/w must be a tensor, found the number 3/)
  w.dispose()
})

test.each([
  [['a', 'a/b'], '"a/b" and "a" cannot both be paths of a tree'],
  [['a/b', 'a'], '"a" and "a/…" cannot both be paths of a tree'],
  [['a/b/c', 'a/b'], '"a/b" and "a/b/…" cannot both be paths of a tree'],
  [['a', 'a'], 'two tensors are named "a"'],
  [['a//b'], 'has an empty part'],
  [['/a'], 'has an empty part'],
  [[''], 'has an empty part'],
  [['__proto__/a'], 'has the part __proto__'],
  [['a/constructor'], 'has the part constructor'],
])('%j: %s', (names, message) => {
  const tensor = tf.scalar(1)
  expect(() => fromNamed(names.map((name) => ({ name, tensor })))).toThrow(message)
  tensor.dispose()
})
