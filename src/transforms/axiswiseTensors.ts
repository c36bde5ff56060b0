/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { rootOfSquares } from '../tensors/rootOfSquares.js'
import { larger } from '../tensors/larger.js'
import { select } from '../tensors/select.js'
import { smaller } from '../tensors/smaller.js'
import type { Axiswise } from './Axiswise.js'

const sum = (a: tf.Tensor, axes: readonly number[]): tf.Tensor => (axes.length === 0 ? a : tf.sum(a, [...axes], true))

/** Rules along axes, as tfjs operations.
 *
 *  tfjs on wasm keeps the second factor of a product packed, by its data and not by its shape: a row that was a column in
 *  another product is read in the wrong one. A turned row shares its data, so rows and columns are copied. */
export const axiswiseTensors: Axiswise<tf.Tensor> = {
  filled: (shape, value) => tf.fill([...shape], value, 'float32'),
  copy: (a) => tf.clone(a),
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  max: (a, b) => (typeof b === 'number' ? tf.maximum(a, b) : larger(a, b)),
  min: (a, b) => (typeof b === 'number' ? tf.minimum(a, b) : smaller(a, b)),
  sqrt: (a) => tf.sqrt(a),
  abs: (a) => tf.abs(a),
  whereLess: (x, y, a, b) => select(tf.less(x, y), a, typeof b === 'number' ? tf.scalar(b, 'float32') : b),
  sum,
  norm: (a, axes) => rootOfSquares((square) => sum(square(a), axes)),
  largest: (a, axes) => (axes.length === 0 ? a : tf.max(a, [...axes], true)),
  reshape: (a, shape) => tf.reshape(a, [...shape]),
  transpose: (a, order) => tf.transpose(a, [...order]),
  matMul: (a, b) => tf.matMul(a, b.shape.includes(1) ? tf.add(b, 0) : b),
  unstack: (a) => tf.unstack(a),
  stack: (parts) => tf.stack([...parts]),
  values: (a) => a.dataSync(),
  of: (values, shape) => tf.tensor(Float32Array.from(values), [...shape], 'float32'),
}
