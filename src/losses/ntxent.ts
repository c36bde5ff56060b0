import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { positive } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { classesAt, floatsAt } from '../tensors/checkedTensors.js'
import { unitRows } from './cosineOfRows.js'
import { differentiable } from '../tensors/differentiable.js'
import { maxOfRows, sumOfRows } from '../tensors/sumOfRows.js'

/** Options of `ntxent`. */
export interface NtxentOptions {
  /** What similarities are divided by.
   *
   *  @defaultValue 0.07 */
  readonly temperature?: number
}

/** The normalized temperature-scaled cross entropy of embeddings: those of one label are to be near, others far.
 *
 *  ```text
 *  s_ij = cos(x_i, x_j)/τ     ℓ_ij = −s_ij + log(e^s_ij + Σ e^s_ik over other labels k)     ℓ = mean over pairs of one
 *  label, i ≠ j
 *  ```
 *
 *  @shapes embeddings `[batch, features]`, labels `[batch]`, int32; the result is one number.
 *  @units nats.
 *  @throws `TypeError` for what is no tensor, embeddings that are not float32 or labels that are not int32; `RangeError`
 *    where shapes do not fit, or τ is not above 0.
 *  @departs 0 where no two have one label: optax gives NaN. The squared norm is at least 2⁻²³, as optax has it in
 *    float32.
 *  @reference Chen et al. 2020, arXiv:2002.05709; optax.losses.ntxent
 *  @example ntxent(embeddings, labels, { temperature: 0.5 }) */
export const ntxent = (embeddings: tf.Tensor, labels: tf.Tensor, given?: NtxentOptions): tf.Tensor => {
  const { temperature } = parse(given)
  return tf.tidy(() => {
    const x = floatsAt({ where: 'ntxent', name: 'embeddings' }, embeddings)
    const [batch, features] = x.shape
    if (x.rank !== 2 || batch === undefined || features === undefined)
      throw new RangeError(
        `ntxent: embeddings must have the shape [batch, features], found [${x.shape.join(', ')}]. Reshape them.`,
      )
    const classes = classesAt({ where: 'ntxent', name: 'labels' }, labels, [batch])
    return differentiable([x], () => {
      const { unit, free, inverse } = unitRows(x, 2 ** -23)
      const { cost, slope } = pairs(cosines(unit, temperature), classes)
      return { value: cost, saved: { unit, free, inverse, slope }, gradients: (dy, s) => [pulled(dy, s, temperature)] }
    })
  })
}

/** Products of tensors without elements are what lies in memory, on wasm. */
const product = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  a.size === 0 || b.size === 0 ? tf.zeros([axisLength(a, 0), axisLength(b, 1)]) : tf.matMul(a, b)

const cosines = (unit: tf.Tensor, temperature: number): tf.Tensor =>
  tf.div(product(unit, tf.transpose(unit)), temperature)

/** The loss of similarities, and its slope by each. */
const pairs = (similar: tf.Tensor, classes: tf.Tensor): { readonly cost: tf.Tensor; readonly slope: tf.Tensor } => {
  const batch = classes.size
  if (batch === 0) return { cost: tf.scalar(0), slope: tf.zeros([0, 0]) }
  const same = tf.equal(tf.reshape(classes, [batch, 1]), tf.reshape(classes, [1, batch]))
  const other = tf.cast(tf.logicalNot(same), 'float32')
  const pair = tf.sub(tf.cast(same, 'float32'), tf.eye(batch))
  const below = tf.fill([batch, batch], Number.NEGATIVE_INFINITY)
  const counted = tf.greater(tf.add(other, pair), 0)
  const top = maxOfRows(tf.where(counted, similar, below))
  const apart = tf.sub(similar, tf.where(tf.greater(top, Number.NEGATIVE_INFINITY), top, tf.zerosLike(top)))
  const mass = tf.where(counted, tf.exp(apart), tf.zerosLike(apart))
  const others = sumOfRows(tf.mul(other, mass))
  const all = tf.add(others, mass)
  const inverse = tf.where(tf.greater(tf.mul(pair, all), 0), tf.div(1, all), tf.zerosLike(all))
  const number = tf.maximum(tf.sum(pair), 1)
  const costs = tf.where(tf.greater(pair, 0), tf.sub(tf.log(all), apart), tf.zerosLike(all))
  // by a pair's own similarity −others/all, by each other one its share in all pairs of the row
  const slope = tf.sub(tf.mul(tf.mul(other, mass), sumOfRows(inverse)), tf.mul(others, inverse))
  return { cost: tf.div(tf.sum(costs), number), slope: tf.div(slope, number) }
}

/** The slope by similarities pulled back to the embeddings. */
const pulled = (
  dy: tf.Tensor,
  { unit, free, inverse, slope }: { readonly [K in 'unit' | 'free' | 'inverse' | 'slope']: tf.Tensor },
  temperature: number,
): tf.Tensor => {
  const both = tf.add(slope, tf.transpose(slope))
  const byUnit = tf.mul(product(both, unit), tf.div(dy, temperature))
  const along = sumOfRows(tf.mul(byUnit, unit))
  return tf.sub(tf.mul(inverse, byUnit), tf.mul(tf.mul(free, along), unit))
}

const parse = optionsFor<NtxentOptions>()('ntxent', { temperature: withDefault(positive, 0.07) })
