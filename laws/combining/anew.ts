import fc from 'fast-check'
import * as tf from '@tensorflow/tfjs-core'
import { step } from '../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import type { Tree } from '../../src/tree/Tree.js'
import { isLeaf } from '../../src/tree/Tree.js'
import { exactly } from '../Agreement.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { exactTransformations } from '../arbitraries/transformations.js'
import { followed } from '../averaging/followed.js'
import { law, type Law, type LawText, type Sides } from '../Law.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Standing } from '../walked.js'
import { pathOf } from './paths.js'

/** What every wrapper must keep in its state: a fresh object at each step, with a state that was written and read with
 *  its keys in another order, is one object all the way, and so is one that has trained something else before. `count` is what the wrapper is made with: a period, a window. */
export const anewLaw = (
  make: (tx: Transformation<Opaque>, count: number) => AnyTransformation,
  cases: fc.Arbitrary<Training> = trainings({ minSteps: 3, maxSteps: 7 }),
): Law =>
  law(exactly)(
    {
      name: 'anew at each step',
      equation:
        'run with a fresh object and a state from a file, keys reversed, at each step = run with one object = with one that has trained another tree',
      reason: 'a training is cut and resumed anywhere, in the middle of a window too; an object may serve two models',
      bug: 'a counter of micro-batches in a closure: after resuming, the window was another one; paths and sizes of the first tree, kept',
      share: 0.5,
    },
    [exactTransformations, fc.integer({ min: 1, max: 4 }), cases, cases],
    (f, count, training, { params, grads }) => {
      const used = make(f, count)
      pathOf(used, { params, grads: grads.slice(0, 2) })
      const right = pathOf(make(f, count), training)
      return { left: [pathAnew(() => make(f, count), training), pathOf(used, training)], right: [right, right] }
    },
  )

/** The same of all that a state holds: a fresh object at each step, and one that has been used, make the moments of one
 *  object. For what keeps averages or measurements, and whose steps are told something of their own. */
export const anewMoments = (
  make: () => AnyTransformation,
  training: Training,
  before: Training,
  extra: (count: number) => object = () => ({}),
): Sides => {
  const used = make()
  followed(used, { ...before, grads: before.grads.slice(0, 2) }, extra)
  const right = followed(make(), training, extra)
  return { left: [momentsAnew(make, training, extra), followed(used, training, extra)], right: [right, right] }
}

/** What is told of it. */
export const anewText: LawText = {
  name: 'anew at each step',
  equation:
    'run with a fresh object and a state from a file, keys reversed, at each step = run with one object = with one that has trained another tree',
  reason: 'a training is cut and resumed anywhere; what is remembered beside the state is in no file',
  bug: 'the place in a ring of snapshots kept in a closure: after resuming, the newest was written over',
  share: 0.2,
}

const momentsAnew = (
  make: () => AnyTransformation,
  { params: spec, grads }: Training,
  extra: (count: number) => object,
): readonly unknown[] =>
  tidily(() => {
    const params = tensorsFrom(spec)
    let now: Standing = { params, state: opaque(make()).init(params) }
    const moments = [now]
    for (const [count, gradients] of grads.entries()) {
      const told = extra(count)
      now = step(opaque(make()))(tensorsFrom(gradients), written(now.state), written(now.params), told as {}) // what it asks for
      moments.push(now)
    }
    return moments.map(numbersFrom)
  })

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
