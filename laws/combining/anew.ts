import fc from 'fast-check'
import * as tf from '@tensorflow/tfjs-core'
import { step } from '../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import type { Tree } from '../../src/tree/Tree.js'
import { isLeaf } from '../../src/tree/Tree.js'
import { exactly } from '../Agreement.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { exactTransformations } from '../arbitraries/transformations.js'
import { law, type Law } from '../Law.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import { pathOf } from './paths.js'

/** What every wrapper must keep in its state: a fresh object at each step, with a state that was written and read with
 *  its keys in another order, is one object all the way. `count` is what the wrapper is made with: a period, a window. */
export const anewLaw = (
  make: (tx: Transformation<Opaque>, count: number) => AnyTransformation,
  cases: fc.Arbitrary<Training> = trainings({ minSteps: 3, maxSteps: 7 }),
): Law =>
  law(exactly)(
    {
      name: 'anew at each step',
      equation: 'run with a fresh object and a state from a file, keys reversed, at each step = run with one object',
      reason: 'a training is cut and resumed anywhere, in the middle of a window too',
      bug: 'a counter of micro-batches in a closure: after resuming, the window was another one',
      share: 0.5,
    },
    [exactTransformations, fc.integer({ min: 1, max: 4 }), cases],
    (f, count, training) => ({
      left: pathAnew(() => make(f, count), training),
      right: pathOf(make(f, count), training),
    }),
  )

const pathAnew = (make: () => AnyTransformation, { params: spec, grads }: Training): readonly TreeSpec[] =>
  tidily(() => {
    const start = tensorsFrom(spec)
    let [params, state]: [Tree, unknown] = [start, opaque(make()).init(start)]
    const path = [params]
    for (const gradients of grads) {
      const next = step(opaque(make()))(tensorsFrom(gradients), written(state), written(params))
      ;[params, state] = [next.params, next.state]
      path.push(params)
    }
    return path.map((tree) => numbersFrom(tree) as TreeSpec) // trees of tensors read back
  })

const opaque = (tx: AnyTransformation): Transformation<Opaque> => tx as Transformation<Opaque> // its state is passed on

/** The same value out of a file: other tensors, and the last keys first. */
const written = <A>(value: A): A => {
  if (isLeaf(value)) {
    const x = value as unknown as tf.Tensor // on a backend every leaf is one
    return tf.tensor([...x.dataSync()], x.shape, x.dtype) as unknown as A
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(written) as unknown as A
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, child]) => [key, written(child)]),
  ) as A // of the same form
}
