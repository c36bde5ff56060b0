import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { scheduleFree } from '../src/averaging/scheduleFree.js'
import { scheduleFreeEvalParams } from '../src/averaging/scheduleFreeEvalParams.js'
import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import { step } from '../src/transformation/step.js'
import { scale } from '../src/transforms/scale.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { type Training, trainings } from './arbitraries/training.js'
import { ordinary } from './arbitraries/numbers.js'
import { valuesOf } from './averaging/Subject.js'
import { anewMoments, anewText } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { weighted } from './averaging/snapshotsOf.js'

/** What takes the place of `scheduleFree`: its state keeps z. */
export interface ScheduleFreeSubject {
  readonly wrap: (options: {
    readonly b1: number
    readonly r: number
  }) => (base: AnyTransformation) => AnyTransformation
  /** What one evaluates with. */
  readonly evaluated: (state: unknown, params: Tree) => Tree
}

interface Moment {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly z: readonly number[]
}

const learningRate = 0.5
const several = trainings({ minSteps: 2, maxSteps: 7, values: ordinary, missing: false })
const mixtures = fc.constantFrom(0.9, 0.5, 1)
const powers = fc.constantFrom(0, 1, 2)

/** The laws of averaging in place of a schedule, at a constant learning rate.
 *
 *  @example await checkLaws(scheduleFreeLaws()) */
export const scheduleFreeLaws = (given: Partial<ScheduleFreeSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  wrap = ({ b1, r }) =>
    (base) =>
      scheduleFree({ learningRate, b1, r })(base),
  evaluated = (state, params) =>
    // the state of scheduleFree
    scheduleFreeEvalParams(state as { readonly z: Tree; readonly b1: number }, params),
}: Partial<ScheduleFreeSubject>): Suite => {
  const path = (tx: AnyTransformation, { params, grads }: Training): readonly Moment[] =>
    tidily(() => {
      const any = tx as Transformation<Opaque> // only passed on: its state's type is not needed
      const advance = step(any)
      const read = (tree: unknown): readonly number[] => valuesOf(numbersFrom(tree) as TreeSpec) // a tree of tensors
      const start = tensorsFrom(params)
      let now = { params: start, state: any.init(start) }
      const moment = (): Moment => ({
        x: read(tf.tidy(() => evaluated(now.state, now.params) as tf.TensorContainer)), // a tree of tensors
        y: read(now.params),
        z: read((now.state as { readonly z: Tree }).z), // the subject keeps it there
      })
      const moments = [moment()]
      for (const spec of grads) {
        now = advance(tensorsFrom(spec), now.state, now.params)
        moments.push(moment())
      }
      return moments
    })
  const base = scale({ stepSize: -learningRate })
  return {
    name: 'schedule-free',
    laws: [
      law(within(2 ** -17))(
        {
          name: 'mean of the iterates',
          equation: 'x = Σ sʳ·zₛ/Σ sʳ over the steps so far; before the first the parameters',
          reason: 'the mean takes the place of a schedule',
          bug: 'weights that were not divided by their sum; a mean that counts the start',
        },
        [mixtures, powers, several],
        (b1, r, training) => {
          const moments = path(wrap({ b1, r })(base), training)
          const z = moments.map((moment) => moment.z)
          return { left: [moments.map(({ x }) => x), z], right: [means(z, r), z] } // z: the scale
        },
      ),
      law(within(2 ** -18))(
        {
          name: 'between the two',
          equation: 'y = (1 − β)·z + β·x, and y is what the parameters are',
          reason: 'gradients are taken between the iterate and the mean',
          bug: 'parameters left at z, or at x, when training goes on after an evaluation (the mode forgotten)',
        },
        [mixtures, powers, several],
        (b1, r, training) => {
          const moments = path(wrap({ b1, r })(base), training)
          const z = moments.map((moment) => moment.z)
          const right = zipped(z, means(z, r), (now, x) =>
            zipped(now, x, (value, mean) => (1 - b1) * value + b1 * mean),
          )
          return { left: [moments.map(({ y }) => y), z], right: [right, z] } // z: the scale
        },
      ),
      law(within(2 ** -20))(
        {
          name: 'the iterate',
          equation: 'z moves by what the base makes of the gradient, and by nothing else',
          reason: 'the mean must not steer what it is the mean of',
        },
        [mixtures, powers, several],
        (b1, r, training) => {
          const [moments, plain] = [wrap({ b1, r })(base), scheduleFree({ learningRate, b1: 1 })(base)].map((tx) =>
            path(tx, training).map(({ z }) => z),
          )
          return { left: moments, right: plain }
        },
      ),
      law(exactly)(anewText, [mixtures, powers, several, several], (b1, r, training, before) =>
        anewMoments(() => wrap({ b1, r })(base), training, before),
      ),
      handedInLaw((tx, r) => wrap({ b1: 0.5, r })(tx), several),
    ],
  }
}

/** The weighted mean of the iterates after each step; at the start it is the first of them. */
const means = (z: readonly (readonly number[])[], r: number): readonly (readonly number[])[] =>
  z.map((now, t) => {
    if (t === 0) return now
    const weights = Array.from({ length: t }, (_, s) => (s + 1) ** r)
    const sum = weights.reduce((a, b) => a + b, 0)
    return weighted(
      weights.map((w) => w / sum),
      z.slice(1, t + 1),
    )
  })

const known = knownOnly<Partial<ScheduleFreeSubject>>('scheduleFreeLaws', { wrap: true, evaluated: true })
