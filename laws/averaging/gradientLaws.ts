import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { byPath } from '../../src/combinators/byPath.js'
import { minimize } from '../../src/training/minimize.js'
import { valueAndGrad } from '../../src/training/valueAndGrad.js'
import { step } from '../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { pathsOf } from '../../src/tree/pathsOf.js'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import type { Tree } from '../../src/tree/Tree.js'
import { exactly } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { powerOfTwo } from '../arbitraries/numbers.js'
import { trees } from '../arbitraries/trees.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { AveragingSubject } from './Subject.js'

const planted = trees({ nulls: false })

/** The loss of these laws: Σ p², so that the gradient is 2·p. */
const loss = (params: Tree): tf.Scalar =>
  tensorsOf(params).reduce<tf.Scalar>((sum, p) => tf.add(sum, tf.sum(tf.square(p))), tf.scalar(0))

/** What an optimizer under an average is told, and that minimizing is a composition. */
export const gradientLaws = ({ lift }: AveragingSubject): Suite => ({
  name: 'gradients under a moving average',
  laws: [
    law(exactly)(
      {
        name: 'the same gradients',
        equation: 'value and params of minimize(M(tx)) = those of minimize(tx)',
        reason: 'a lift sees no loss and alters no gradient',
      },
      [transformations, movingAverageOptions(), planted],
      (tx, options, spec) => ({
        left: minimized(lift(options)(tx), spec),
        right: minimized(tx, spec),
      }),
    ),
    law(exactly)(
      {
        name: 'minimize',
        equation: 'minimize(tx, L) = step(tx) ∘ valueAndGrad(L)',
        reason: 'nothing happens between the two',
      },
      [transformations, movingAverageOptions(), planted],
      (tx, options, spec) => {
        const optimizer = lift(options)(tx) as Transformation<Opaque> // its state is only passed on
        return tidily(() => {
          const params = tensorsFrom(spec)
          const state = optimizer.init(params)
          const { value, grads } = valueAndGrad(loss)(params)
          return {
            left: numbersFrom(minimize(optimizer, loss)({ params, state })),
            right: numbersFrom({ value, ...step(optimizer)(grads, state, params) }),
          }
        })
      },
    ),
    law(exactly)(
      {
        name: 'cotangent',
        equation: 'grads with cotangent c = c·grads, for c = 2ᵏ bitwise',
        reason: 'grad_loss scales what flows back, and nothing else',
      },
      [planted, powerOfTwo],
      (spec, cotangent) =>
        tidily(() => {
          const params = tensorsFrom(spec)
          return {
            left: numbersFrom(valueAndGrad(loss, { cotangent })(params).grads),
            right: mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => cotangent * x) }))(
              numbersFrom(valueAndGrad(loss)(params).grads) as TreeSpec,
            ), // gradients read back
          }
        }),
    ),
    law(exactly)(
      {
        name: 'gates',
        equation: 'gradients of all leaves together = gradients leaf by leaf',
        reason:
          "TensorFlow's gates ordered gradients against updates; where gradients are values nothing is left to order",
      },
      [planted],
      (spec) =>
        tidily(() => {
          const params = tensorsFrom(spec)
          const grads = pathsOf(params).map(
            (path) => valueAndGrad(loss, { mask: byPath((other) => other === path) })(params).grads,
          )
          return {
            left: grads.flatMap((one) => numbersIn(numbersFrom(one) as TreeSpec)), // gradients read back
            right: numbersIn(numbersFrom(valueAndGrad(loss)(params).grads) as TreeSpec), // as above
          }
        }),
    ),
    law(exactly)(
      {
        name: 'nothing to train',
        equation: 'a tree without leaves throws NoVariables, a loss of nothing throws NoGradients; no tensor is left',
        reason: 'both are mistakes of the caller, and silence would look like training',
      },
      [planted, fc.boolean()],
      (spec, empty) =>
        tidily(() => {
          const params = empty ? [] : tensorsFrom(spec)
          const before = tf.memory().numTensors
          try {
            valueAndGrad((p: Tree) => (empty ? loss(p) : tf.scalar(1)))(params)
            return { left: 'no error', right: 'an error' }
          } catch (error) {
            return {
              left: [(error as Error).name, tf.memory().numTensors - before],
              right: [empty ? 'NoVariables' : 'NoGradients', 0],
            } // whatever was thrown is compared
          }
        }),
    ),
  ],
})

const minimized = (tx: AnyTransformation, spec: TreeSpec): unknown => {
  const optimizer = tx as Transformation<Opaque> // as above
  return tidily(() => {
    const start = tensorsFrom(spec)
    const first = minimize(optimizer, loss)({ params: start, state: optimizer.init(start) })
    const second = minimize(optimizer, loss)({ params: first.params, state: first.state })
    return numbersFrom([first, second].map(({ value, params }) => ({ value, params })))
  })
}
