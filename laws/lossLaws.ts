import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import { tidily } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

/** A loss of predictions and targets of shape (rows, columns): a number for each element or each row, or one number. */
export type LossOfBatch = (predictions: tf.Tensor2D, targets: tf.Tensor2D) => tf.Tensor

/** What is known of a loss. */
export interface LossOptions {
  /** Values of targets.
   *
   *  @defaultValue numbers from −4 to 4 */
  readonly targets?: fc.Arbitrary<number>
  /** Whether it is never negative.
   *
   *  @defaultValue true */
  readonly nonNegative?: boolean
  /** Whether it is 0 where predictions are the targets, as errors are; from logits it is not.
   *
   *  @defaultValue false */
  readonly zeroAtTruth?: boolean
  /** Whether a row is judged alone, so that the loss of a batch is those of its rows. A mean over rows is not.
   *
   *  @defaultValue true */
  readonly byRow?: boolean
}

const number = fc.integer({ min: -64, max: 64 }).map((k) => k / 16)

/** The laws of a loss.
 *
 *  @example await checkLaws(lossLaws(squaredError, { zeroAtTruth: true })) */
export const lossLaws = (loss: LossOfBatch, given: LossOptions = {}): Suite => {
  const { targets = number, nonNegative = true, zeroAtTruth = false, byRow = true } = known(given)
  const batches = fc
    .record({ rows: fc.integer({ min: 1, max: 4 }), columns: fc.integer({ min: 1, max: 5 }) })
    .chain(({ rows, columns }) => {
      const matrix = (value: fc.Arbitrary<number>) =>
        fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })
      return fc.tuple(matrix(number), matrix(targets))
    })
  const total = (z: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar => tf.sum(loss(z, y))
  return {
    name: 'loss',
    laws: [
      law(within(1e-5))(
        {
          name: 'finite, and not below 0',
          equation: 'ℓ(z, y) is finite, for large z too' + (nonNegative ? ', and ≥ 0' : ''),
          reason: 'one NaN in a batch is a NaN in every gradient',
          bug: 'log(softmax(z)) where z is far from its largest: log 0 (every framework, once)',
        },
        [batches, fc.constantFrom(1, 1, 16, 1e4)],
        ([z, y], factor) =>
          tidily(() => {
            const values = [...loss(tf.tensor2d(z.map((row) => row.map((x) => x * factor))), tf.tensor2d(y)).dataSync()]
            const bad = values.filter((x) => !Number.isFinite(x) || (nonNegative && x < -1e-5 * factor))
            return { left: bad, right: [] }
          }),
      ),
      ...(zeroAtTruth
        ? [
            law(within(1e-6))(
              { name: 'zero at the truth', equation: 'ℓ(y, y) = 0', reason: 'there is nothing left to learn' },
              [batches],
              ([, y]) =>
                tidily(() => {
                  const values = [...loss(tf.tensor2d(y), tf.tensor2d(y)).dataSync()]
                  return { left: [values, 1], right: [values.map(() => 0), 1] }
                }),
            ),
            law(exactly)(
              {
                name: 'every error counts',
                equation: 'z = y but for one element ⇒ ℓ(z, y) > 0',
                reason: 'what costs nothing is never learnt',
                bug: 'a slice that left out the last column; errors to one side that a max(0, ·) made free',
                share: 0.5,
                presumes: ['zero at the truth'],
              },
              [batches, fc.nat(), fc.constantFrom(1, -1, 0.25, -4)],
              ([, y], place, error) =>
                tidily(() => {
                  const at = place % y.flat().length
                  const z = y.map((row, i) => row.map((x, j) => (i * row.length + j === at ? x + error : x)))
                  return { left: nth(total(tf.tensor2d(z), tf.tensor2d(y)).dataSync(), 0) > 0, right: true }
                }),
            ),
          ]
        : []),
      ...(byRow
        ? [
            law(within(1e-5))(
              {
                name: 'row by row',
                equation: 'the loss of a batch, in any order, is that of its rows',
                reason: 'what stands beside a sample in its batch is chance',
                bug: 'a softmax over the wrong axis; a (n) target broadcast against (n, 1) predictions: a matrix of n² errors',
              },
              [batches],
              ([z, y]) =>
                tidily(() => {
                  const of = (rows: readonly number[][], aims: readonly number[][]) => [
                    ...loss(tf.tensor2d([...rows]), tf.tensor2d([...aims])).dataSync(),
                  ]
                  return {
                    left: of(z.toReversed(), y.toReversed()),
                    right: zipped(z.toReversed(), y.toReversed(), (row, aim) => of([row], [aim])).flat(),
                  }
                }),
            ),
          ]
        : []),
      law(exactly)(
        {
          name: 'a slope everywhere',
          equation: '∇Σℓ(z) is finite: at the truth, at 0, at ties and far away',
          reason: 'a model that is right, or has just begun, is trained on, too',
          bug: 'the root of a sum of squares, whose slope at 0 is 0/0: NaN in every weight at the first perfect sample',
        },
        [batches, fc.constantFrom('truth' as const, 'zero' as const, 'far' as const)],
        ([z, y], where) =>
          tidily(() => {
            const at = {
              truth: y,
              zero: z.map((row) => row.map(() => 0)),
              far: z.map((row) => row.map((x) => 1e3 * x)),
            }
            const aim = tf.tensor2d(y)
            const from = tf.tensor2d(at[where])
            const slopes = [
              ...tf
                .grad((x) => total(tf.reshape(x, from.shape), aim))(from)
                .dataSync(),
            ]
            return { left: slopes.filter((x) => !Number.isFinite(x)), right: [] }
          }),
      ),
      law(within(2e-2))(
        {
          name: 'its gradient',
          equation: '⟨∇Σℓ(z), v⟩ = (Σℓ(z + h·v) − Σℓ(z − h·v))/2h, where that does not hang on h',
          reason: 'a loss is trained by its gradient',
          bug: 'a custom gradient without the incoming one, or with the sign of the error turned round',
        },
        [batches, fc.array(fc.constantFrom(-1, 1, 0.5), { minLength: 20, maxLength: 20 })],
        ([z, y], direction) =>
          tidily(() => {
            const [at, aim] = [tf.tensor2d(z.map((row) => row.map((x) => x + 1 / 64))), tf.tensor2d(y)] // off the kinks
            const v = tf.tensor2d(
              z.map((row, i) => row.map((_, j) => nth(direction, (i * row.length + j) % direction.length))),
            )
            const along = (h: number): number => {
              const value = (sign: number) => nth(total(tf.add(at, tf.mul(v, sign * h)), aim).dataSync(), 0)
              return (value(1) - value(-1)) / (2 * h)
            }
            const [wide, narrow] = [along(2 ** -7), along(2 ** -8)]
            fc.pre(Math.abs(wide - narrow) <= 1e-3 * Math.max(1, Math.abs(wide)))
            const slope = tf.sum(tf.mul(tf.grad((x) => total(tf.reshape(x, at.shape), aim))(at), v)).dataSync()[0]
            return { left: [slope, 1], right: [narrow, 1] }
          }),
      ),
    ],
  }
}

const known = knownOnly<LossOptions>('lossLaws', { targets: true, nonNegative: true, zeroAtTruth: true, byRow: true })
