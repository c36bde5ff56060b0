import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { dyadic } from './arbitraries/numbers.js'
import { trees } from './arbitraries/trees.js'
import { law } from './Law.js'
import { mapNumbers, type Numbers, numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

/** Makes an estimate of the Gauss–Newton matrix's diagonal at parameters, by a key, of the gradient of a mean loss whose
 *  labels are drawn by the key from the model's own prediction. */
export type GaussNewtonDiagonal = (
  gradFn: (params: Tree, key: number) => Tree,
  batchSize: number,
) => (params: Tree, key: number) => unknown

const sixteenths = fc.integer({ min: -32, max: 32 }).map((k) => k / 16)

/** The laws of an estimate of the diagonal of the Gauss–Newton matrix: Gauss, Newton and Bartlett's, for `sophia`.
 *
 *  @example await checkLaws(gaussNewtonLaws((gradFn, batchSize) => gaussNewtonBartlett({ gradFn, batchSize }))) */
export const gaussNewtonLaws = (estimate: GaussNewtonDiagonal): Suite => ({
  name: 'diagonal of a Gauss–Newton matrix',
  laws: [
    law(within(1e-5))(
      {
        name: 'the mean over labels',
        equation:
          'logistic regression on x₁ … x_B ⇒ Σ over all labels y of P(y)·e(w, y) = Σᵢ s(1 − s)·xᵢ²/B, s = σ(w·xᵢ)',
        reason: 'for labels of the model’s own, the mean of squared gradients is the Hessian (Bartlett)',
        bug: 'the square of a mean taken for the mean of squares: too small by the number of examples',
      },
      [sixteenths, fc.array(sixteenths, { minLength: 1, maxLength: 3 })],
      (w, xs) => {
        const chances = xs.map((x) => 1 / (1 + Math.exp(-w * x)))
        /** The label of an example in a key's bits. */
        const labelled = (key: number, i: number): number => (key >> i) & 1
        const asked = estimate(
          (_, key) =>
            tf.scalar(xs.reduce((sum, x, i) => sum + (nth(chances, i) - labelled(key, i)) * x, 0) / xs.length),
          xs.length,
        )
        const mean = Array.from({ length: 2 ** xs.length }, (_, key) => {
          const chance = chances.reduce((all, s, i) => all * (labelled(key, i) === 1 ? s : 1 - s), 1)
          // an estimate without a number has no mean either
          const [found = Number.NaN] = tidily(() => tensorsOf(asked(tf.scalar(w), key)).map((x) => x.dataSync()[0]))
          return chance * found
        }).reduce((sum, x) => sum + x, 0)
        const squares = zipped(xs, chances, (x, s) => s * (1 - s) * x ** 2)
        const right = squares.reduce((sum, x) => sum + x, 0) / xs.length
        return { left: [mean, 1], right: [right, 1] }
      },
    ),
    law(exactly)(
      {
        name: 'its own form',
        equation:
          'e(p) = B·ĝ², null where there is no gradient; p and key come to the gradient as they are, and no tensor is left',
        reason: 'it is handed in with a step',
        bug: 'a gradient that nobody disposed of',
        share: 0.5,
      },
      [trees({ values: dyadic }), fc.constantFrom(1, 4), fc.nat({ max: 9 }), fc.boolean()],
      (spec, batchSize, key, missing) => {
        // the first leaf may be without a gradient
        const likewise = (f: (leaf: Numbers) => Numbers) => {
          let met = 0
          return mapNumbers((leaf) => (met++ === 0 && missing ? null : f(leaf)))
        }
        const before = tf.memory().numTensors
        const params = tensorsFrom(spec)
        const asked: unknown[] = []
        const made = estimate((at, by) => {
          asked.push(numbersFrom(at), by)
          return tensorsFrom(likewise((leaf) => leaf)(numbersFrom(at) as TreeSpec)) // parameters read back
        }, batchSize)(params, key)
        const tensors = tensorsOf([params, made])
        const left = tf.memory().numTensors - before - tensors.length
        const found = { estimate: numbersFrom(made), asked, params: numbersFrom(params), left }
        tf.dispose([...tensors])
        const squares = likewise(({ shape, values }) => ({ shape, values: values.map((x) => batchSize * x * x) }))
        return { left: found, right: { estimate: squares(spec), asked: [spec, key], params: spec, left: 0 } }
      },
    ),
  ],
})
