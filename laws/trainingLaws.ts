import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { fitted } from '../src/training/fitted.js'
import { minimize } from '../src/training/minimize.js'
import { disposeExcept } from '../src/tree/disposeExcept.js'
import { exactly } from './Agreement.js'
import { noisyLines, type NoisyLine } from './arbitraries/batches.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { law } from './Law.js'
import { numbersFrom } from './Numbers.js'
import type { Suite } from './Suite.js'

/** A small model: two parameters that learn, and one that takes no part. */
export type Line = { readonly w: tf.Tensor1D; readonly b: tf.Scalar; readonly idle: tf.Scalar }

interface Now {
  readonly params: Line
  readonly state: unknown
}

/** How a training goes over batches, donating its generations or not; by default `fitted`. */
export interface TrainingSubject {
  readonly train: (
    optimizer: Transformation<Opaque>,
    donate: boolean,
  ) => (now: Now, batches: readonly Batch[]) => Promise<Now>
}

/** Samples, and what the line should say of them. */
export interface Batch {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor1D
}

/** The mean square error of a line. */
export const squares = ({ w, b }: Line, { x, y }: Batch): tf.Scalar =>
  tf.mean(tf.square(tf.sub(tf.add(tf.dot(x, w), b), y)))

const byFit: TrainingSubject['train'] = (optimizer, donate) => (now, xs) =>
  fitted(optimizer, squares, { donate })(now, xs).then(({ params, state }) => ({ params, state }))

/** The laws of training: a fold over batches, and nothing else.
 *
 *  @example await checkLaws(trainingLaws()) */
export const trainingLaws = (given: Partial<TrainingSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ train: given = byFit }: Partial<TrainingSubject>): Suite => {
  // what else a loop tells at its end is its own affair
  const train: TrainingSubject['train'] = (tx, donate) => (now, xs) =>
    given(tx, donate)(now, xs).then(({ params, state }) => ({ params, state }))
  return {
    name: 'training',
    laws: [
      law(exactly)(
        {
          name: 'in parts',
          equation: 'fit(xs ++ ys) = fit(ys) ∘ fit(xs), bitwise, donated or not',
          reason: 'a training may be cut anywhere: by an evaluation, a checkpoint, a night',
          bug: 'an average that was written into the parameters when fit ended, so that fitting twice was not fitting on (Keras)',
        },
        [exactTransformations, noisyLines(), noisyLines(), fc.boolean(), fc.boolean()],
        async (tx, xs, ys, donate, other) => {
          const [first, left, right] = [begun(tx), tensors(xs), tensors(ys)]
          const whole = await train(tx, donate)(first, [...left, ...right])
          const half = await train(tx, other)(first, left)
          const rest = await train(tx, donate)(half, right)
          const sides = { left: numbersFrom(rest), right: numbersFrom(whole) }
          disposeExcept([first, left, right, whole, half, rest], [])
          return sides
        },
      ),
      law(exactly)(
        {
          name: 'a fold',
          equation: 'fit(x₁ … xₙ) = minimize(xₙ) ∘ … ∘ minimize(x₁), bitwise',
          reason: 'a loop of one’s own does the same',
        },
        [exactTransformations, noisyLines()],
        async (tx, xs) => {
          const [first, all] = [begun(tx), tensors(xs)]
          const sides = await asFolded(train, tx, first, all)
          disposeExcept([first, all], [])
          return sides
        },
      ),
      law(exactly)(
        {
          name: 'every batch, each time',
          equation: 'the same for a dozen batches, a last one of a single sample, and one batch that comes again',
          reason: 'epochs go over the same arrays, and are seldom a multiple of the batch',
          bug: 'a last batch that was too small, and left out (drop_last);  what was kept of a batch and taken for the next time',
          share: 0.2,
          presumes: ['a fold'],
        },
        [exactTransformations, noisyLines({ minLength: 3, maxLength: 5 })],
        async (tx, xs) => {
          const [first, some] = [begun(tx), tensors(xs)]
          const [again] = some
          const small =
            again === undefined ? [] : [{ x: tf.slice(again.x, [0, 0], [1, -1]), y: tf.slice(again.y, 0, 1) }]
          const all = [...some, ...some.slice(0, 1), ...some.slice(0, 1), ...some, ...small]
          const sides = await asFolded(train, tx, first, all)
          disposeExcept([first, some, small], [])
          return sides
        },
      ),
      law(exactly)(
        {
          name: 'what was given stays',
          equation: 'train without donation leaves params, state and batches as they were; none of ∅ = identity',
          reason: 'a training may be tried twice from one start',
          bug: 'a loop that disposed the parameters it was given; a first batch that was taken to build the model, and lost',
        },
        [exactTransformations, noisyLines()],
        async (tx, xs) => {
          const [first, all] = [begun(tx), tensors(xs)]
          const before = numbersFrom([first, all])
          const end = await train(tx, false)(first, all)
          const none = await train(tx, false)(first, [])
          const sides = { left: [numbersFrom([first, all]), numbersFrom(none)], right: [before, numbersFrom(first)] }
          disposeExcept([first, all, end, none], [])
          return sides
        },
      ),
      law(exactly)(
        {
          name: 'two at once',
          equation: 'two trainings that run at the same time = one after the other',
          reason: 'a search trains many models, and waits for none',
          bug: 'the current model in a variable of the module: an await in the one loop trained the other',
          share: 0.5,
          presumes: ['a fold'],
        },
        [exactTransformations, noisyLines(), noisyLines()],
        async (tx, xs, ys) => {
          const [first, second, left, right] = [begun(tx), begun(tx), tensors(xs), tensors(ys)]
          const together = await Promise.all([train(tx, false)(first, left), train(tx, false)(second, right)])
          const [one, other] = [await train(tx, false)(first, left), await train(tx, false)(second, right)]
          const sides = { left: numbersFrom(together), right: numbersFrom([one, other]) }
          disposeExcept([first, second, left, right, together, one, other], [])
          return sides
        },
      ),
    ],
  }
}

/** A step for each batch, in their order. The start stays. */
const inOrder = (tx: Transformation<Opaque>, first: Now, all: readonly Batch[]): Now =>
  all.reduce<Now>((now, batch) => {
    const { value, ...next } = minimize(tx, (params: Line) => squares(params, batch))(now)
    disposeExcept([value, now === first ? [] : now], [next, first])
    return next
  }, first)

/** A training, and the steps that it is to be. */
const asFolded = async (
  train: TrainingSubject['train'],
  tx: Transformation<Opaque>,
  first: Now,
  all: readonly Batch[],
): Promise<{ readonly left: unknown; readonly right: unknown }> => {
  const whole = await train(tx, false)(first, all)
  const folded = inOrder(tx, first, all)
  const sides = { left: numbersFrom(whole), right: numbersFrom(folded) }
  disposeExcept([whole, folded], [first, all])
  return sides
}

const begun = (tx: Transformation<Opaque>): Now => {
  const params: Line = { w: tf.tensor1d([3, -2]), b: tf.scalar(0.5), idle: tf.scalar(9) }
  return { params, state: tx.init(params) }
}

const tensors = ({ batches }: NoisyLine): readonly Batch[] =>
  batches.map(({ x, y }) => ({
    x: tf.tensor2d([...x.values], [...x.shape] as [number, number]),
    y: tf.tensor1d([...y.values]),
  })) // of rank 2

const known = knownOnly<Partial<TrainingSubject>>('trainingLaws', { train: true })
