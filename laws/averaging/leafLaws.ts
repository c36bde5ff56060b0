import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { byPath } from '../../src/combinators/byPath.js'
import { masked } from '../../src/combinators/masked.js'
import { identity } from '../../src/transformation/identity.js'
import { step } from '../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { pathsOf } from '../../src/tree/pathsOf.js'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import type { Tree } from '../../src/tree/Tree.js'
import { exactly } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { dyadic, ordinary } from '../arbitraries/numbers.js'
import { trainings, type Training } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { trajectory } from '../trajectory.js'
import { averageOf, leavesAt, valuesOf, type AveragingSubject } from './Subject.js'
import { zipped } from '../zipped.js'

/** Leaves, masks and the memory of tensors. */
export const leafLaws = ({ lift }: AveragingSubject): Suite => ({
  name: 'the leaves of a moving average',
  laws: [
    law(exactly)(
      {
        name: 'hidden leaves',
        equation: "M(masked(mask, 'zero')(tx)): params and average of a hidden leaf stay bitwise",
        reason: 'what is frozen stays frozen, and its average is itself',
        bug: 'averaging failed where some parameters were not trainable',
      },
      [transformations, movingAverageOptions(), trainings({ values: ordinary, gradients: dyadic }), fc.nat({ max: 2 })],
      (tx, options, training, salt) => {
        const seen = seenBy(salt)
        const moments = trajectory(lift(options)(masked({ mask: byPath(seen), otherwise: 'zero' })(tx)), training)
        const hidden = hiddenValues(training, seen)
        return {
          left: moments.map((moment) => [hidden(valuesOf(moment.params)), hidden(valuesOf(averageOf(moment)))]),
          right: moments.map(() => [hidden(valuesOf(training.params)), hidden(valuesOf(training.params))]),
        }
      },
    ),
    law(exactly)(
      {
        name: 'no average where there is no leaf',
        equation: 'masked(mask)(M(tx)): the average is null where the mask hides a leaf, and is the average elsewhere',
        reason: 'averaging can be confined to a part of a model, such as its adapters',
      },
      [movingAverageOptions(), trainings({ nulls: false }), fc.nat({ max: 2 })],
      (options, training, salt) => {
        const seen = seenBy(salt)
        const confined = trajectory(masked({ mask: byPath(seen) })(lift(options)(identity())), training)
        const whole = trajectory(lift(options)(identity()), training)
        const paths = pathsIn(training)
        return {
          left: confined.map((moment) => leavesAt(training.params, averageOf(moment))),
          right: whole.map((moment) =>
            zipped(leavesAt(training.params, averageOf(moment)), paths, (leaf, path) => (seen(path) ? leaf : null)),
          ),
        }
      },
    ),
    law(exactly)(
      {
        name: 'whole numbers',
        equation: 'the average of an int32 leaf without a gradient is that leaf, of its type, under all options',
        reason: 'counters and tables of a model lie among its parameters',
        bug: 'copies of every parameter in float32: 16777217 became 16777216, and the swap refused the model',
        share: 0.3,
      },
      [transformations, movingAverageOptions(), trainings()],
      (tx, options, { params: spec, grads }) =>
        tidily(() => {
          const optimizer = lift(options)(tx) as Transformation<Opaque> // its state is only read back
          const params = { some: tensorsFrom(spec), whole: tf.tensor([7, 2 ** 24 + 1], [2], 'int32') }
          let now: { readonly params: Tree; readonly state: unknown } = { params, state: optimizer.init(params) }
          const wholes = [undefined, ...grads].map((g) => {
            if (g !== undefined) now = step(optimizer)({ some: tensorsFrom(g), whole: null }, now.state, now.params)
            // the subject keeps it there
            const { whole } = (now.state as { readonly average: { readonly whole: tf.Tensor } }).average
            return [whole.dtype, ...whole.dataSync()]
          })
          return { left: wholes, right: wholes.map(() => ['int32', 7, 2 ** 24 + 1]) }
        }),
    ),
    law(exactly)(
      {
        name: 'no aliasing',
        equation: 'no tensor of params is a tensor of the state: disposing the one leaves the other alive',
        reason: 'parameters and averages have owners of their own',
        bug: 'optax.schedule_free aliased params in its first state: the same buffer was donated twice',
      },
      [transformations, movingAverageOptions(), trainings()],
      (tx, options, training) => {
        const shared = walk(lift(options)(tx), training).map(({ common }) => common)
        const left = tidily(() => {
          const optimizer = lift(options)(tx) as Transformation<Opaque> // its state is only read back
          const params = tensorsFrom(training.params)
          const state = optimizer.init(params)
          tf.dispose(tensorsOf(params) as tf.Tensor[]) // tf.dispose reads only
          return numbersFrom((state as { readonly average: unknown }).average) // the subject keeps it there
        })
        return { left: [left, shared], right: [training.params, shared.map(() => 0)] }
      },
    ),
    law(exactly)(
      {
        name: 'no leak',
        equation: 'tensors after a step − tensors before = those of its result that are new',
        reason: 'a leak of one tensor a step ends every long training',
        bug: 'chained operations on the average outside of tf.tidy',
      },
      [transformations, movingAverageOptions(), trainings()],
      (tx, options, training) => {
        const moments = walk(lift(options)(tx), training)
        return { left: moments.map(({ grown }) => grown), right: moments.map(({ fresh }) => fresh) }
      },
    ),
    law(exactly)(
      {
        name: 'no broadcasting',
        equation: 'a gradient of another shape is a TreeMismatch that names its path, and leaves nothing behind',
        reason: 'a (2, 1) gradient for a (2) parameter is a mistake, not a request',
        bug: 'tfjs spreads a leaf of the wrong shape silently',
      },
      [movingAverageOptions(), trainings({ minSteps: 1, maxSteps: 1, missing: false })],
      (options, training) => {
        const paths = pathsIn(training)
        fc.pre(paths.length > 0)
        const wrong = training.grads.map(mapNumbers(({ shape, values }) => ({ shape: [1, ...shape], values })))
        return tidily(() => {
          const optimizer = lift(options)(identity()) as Transformation<Opaque> // never gets as far as a state
          const params = tensorsFrom(training.params)
          const state = optimizer.init(params)
          const grads = wrong.map(tensorsFrom)
          const before = tf.memory().numTensors
          try {
            step(optimizer)(grads[0] ?? null, state, params)
            return { left: 'no error', right: 'TreeMismatch' }
          } catch (error) {
            // whatever was thrown is compared
            const { name, path } = error as { readonly name?: string; readonly path?: string }
            return { left: [name, path, tf.memory().numTensors - before], right: ['TreeMismatch', paths[0], 0] }
          }
        })
      },
    ),
  ],
})

/** Paths that a mask lets through, one kind of mask for each salt. */
const seenBy =
  (salt: number) =>
  (path: string): boolean =>
    Array.from(path, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum + code, salt) % 3 !== 0

const pathsIn = ({ params }: Training): readonly string[] => tidily(() => pathsOf(tensorsFrom(params)))

/** Of the values of a tree like the parameters, those that a mask hides. */
const hiddenValues = ({ params }: Training, seen: (path: string) => boolean) => {
  const hidden = zipped(pathsIn({ params, grads: [] }), numbersIn(params), (path, leaf) =>
    leaf.values.map(() => !seen(path)),
  ).flat()
  return (values: readonly number[]): readonly number[] => values.filter((_, i) => hidden[i] === true)
}

/** What a step does to memory. */
interface Trace {
  /** Tensors more than before the step. */
  readonly grown: number
  /** Tensors of the result that were not there before. */
  readonly fresh: number
  /** Tensors that parameters and state share. */
  readonly common: number
}

const walk = (tx: AnyTransformation, { params, grads }: Training): readonly Trace[] =>
  tidily(() => {
    const optimizer = tx as Transformation<Opaque> // its state is only passed on
    const start = tensorsFrom(params)
    let now = { params: start, state: optimizer.init(start) }
    return grads.map((spec) => {
      const gradients = tensorsFrom(spec)
      const before = tf.memory().numTensors
      const next = step(optimizer)(gradients, now.state, now.params)
      const known = new Set(tensorsOf([now, gradients]))
      const own = new Set(tensorsOf(next.params))
      now = next
      return {
        grown: tf.memory().numTensors - before,
        fresh: tensorsOf(next).filter((x) => !known.has(x)).length,
        common: tensorsOf(next.state).filter((x) => own.has(x)).length,
      }
    })
  })
