import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import {
  convexKlDivergence,
  huberLoss,
  klDivergence,
  klDivergenceWithLogTargets,
  logCosh,
  projectionL2Ball,
  projectionL2Sphere,
  sigmoidBinaryCrossEntropy,
  sigmoidFocalLoss,
  treeWhere,
  unitwiseClip,
} from '../index.js'

const shape = [2, 1, 2, 1, 2, 2]
const of = (xs: tf.Tensor): number[] => [...xs.dataSync()]
const drawn = (seed: number) => tf.randomUniform([16], 0.05, 0.95, 'float32', seed)

/** What is done to each element, or to all of them together. */
const functions: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  projectionL2Ball: (a) => projectionL2Ball({ a }, { scale: 0.5 }).a,
  projectionL2Sphere: (a) => projectionL2Sphere({ a }, { scale: 0.5 }).a,
  'treeWhere of one': (a, b) => treeWhere(tf.greater(tf.scalar(1), 0), { a }, { a: b }).a ?? a,
  'treeWhere of all': (a, b) => treeWhere(tf.greater(a, 0.5), { a }, { a: b }).a ?? a,
  unitwiseClip: (a, b) => unitwiseClip(a, b, tf.mul(b, 0.5)),
  logCosh: (a, b) => logCosh(a, b),
  huberLoss: (a, b) => huberLoss(a, b),
  sigmoidBinaryCrossEntropy: (a, b) => sigmoidBinaryCrossEntropy(a, b),
  sigmoidFocalLoss: (a, b) => sigmoidFocalLoss(a, b),
  'the gradient of sigmoidFocalLoss': (a, b) => tf.grad((z) => tf.sum(sigmoidFocalLoss(z, b)))(a),
}

test.each(Object.entries(functions))('%s of leaves of six axes is what it is of one', (_, f) => {
  const found = tf.tidy(() => of(f(tf.reshape(drawn(1), shape), tf.reshape(drawn(2), shape))))
  const wanted = tf.tidy(() => of(f(drawn(1), drawn(2))))
  expect(found).toHaveLength(16)
  found.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 6)) // as many as there are
})

/** Of logarithms, and of chances or their logarithms. */
const divergences: Readonly<Record<string, (logs: tf.Tensor, chances: tf.Tensor) => tf.Tensor>> = {
  klDivergence,
  convexKlDivergence,
  klDivergenceWithLogTargets: (p, y) => klDivergenceWithLogTargets(p, tf.log(y)),
}

test.each(Object.entries(divergences))('%s of classes behind five axes is what it is behind one', (_, f) => {
  const behind = (to: number[]) => f(tf.log(tf.reshape(drawn(1), to)), tf.reshape(drawn(2), to))
  const found = tf.tidy(() => of(behind(shape)))
  const wanted = tf.tidy(() => of(behind([8, 2])))
  expect(found).toHaveLength(8)
  found.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 5)) // as many as there are
})
