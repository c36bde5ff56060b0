import fc from 'fast-check'
import { hide } from '../../src/combinators/transformations.js'
import { identity } from '../../src/transformation/identity.js'
import { step } from '../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { scale } from '../../src/transforms/scale.js'
import { equally, exactly, within } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { dyadic, ordinary, powerOfTwo } from '../arbitraries/numbers.js'
import { decays } from '../arbitraries/schedules.js'
import { trainings } from '../arbitraries/training.js'
import { exactTransformations, transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { trajectory } from '../trajectory.js'
import { averageOf, averagesOf, leavesAt, paramsOf, still, valuesOf, type AveragingSubject } from './Subject.js'
import { columnsOf, zipped } from '../zipped.js'

/** Finite numbers, −0 among them. */
const finite = fc.oneof(
  { weight: 4, arbitrary: ordinary },
  { weight: 1, arbitrary: fc.constantFrom(-0, Math.fround(3e38), Math.fround(-3e38)) },
)

/** What values an average has: fixed by constants, at both ends of the decay, between what it has seen, linear in
 *  it. */
export const valueLaws = ({ lift, rounding }: AveragingSubject): Suite => ({
  name: 'the values of a moving average',
  laws: [
    law(exactly)(
      {
        name: 'standing still',
        equation: 'M(setToZero): params and average stay bitwise, −0 too',
        reason: 'evaluating with the average of a frozen model must evaluate that model',
        bug: 'd·A + c·x drifts on constant input: fl(d) + fl(1 − d) ≠ 1',
      },
      [still, movingAverageOptions(), trainings({ values: finite, gradients: dyadic })],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        return {
          left: [paramsOf(moments), averagesOf(moments)],
          right: [moments.map(() => training.params), moments.map(() => training.params)],
        }
      },
    ),
    law(equally)(
      {
        name: 'constants',
        equation: 'xₜ = x₀ for all t ⇒ Aₜ = x₀',
        reason: 'a parameter that does not change, though it has gradients, is its own average',
        bug: 'zero-started averages: Keras returned zeros at first, axlearn needs a schedule to be right',
      },
      [movingAverageOptions(), trainings({ values: finite, gradients: dyadic })],
      (options, training) => {
        const moments = trajectory(lift(options)(scale({ stepSize: 0 })), training)
        return { left: averagesOf(moments), right: moments.map(() => training.params) }
      },
    ),
    law(exactly)(
      {
        name: 'leaves without gradients',
        equation: 'gₜ(leaf) = null for all t ⇒ Aₜ(leaf) = x₀(leaf), bitwise',
        reason: 'whether a leaf that is never trained has an average cannot be seen',
        bug: 'averages that copied the initial value of a variable before it was restored',
      },
      [transformations, movingAverageOptions(), trainings({ values: finite, gradients: ordinary })],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        const start = numbersIn(training.params)
        const untouched = start.map((_, i) => training.grads.every((g) => leavesAt(training.params, g)[i] === null))
        const kept = (tree: TreeSpec) => numbersIn(tree).filter((_, i) => untouched[i] === true)
        return {
          left: moments.map((moment) => kept(averageOf(moment))),
          right: moments.map(() => kept(training.params)),
        }
      },
    ),
    law(exactly)(
      {
        name: 'decay 0',
        equation: 'd = 0 ⇒ Aₜ = xₜ, bitwise',
        reason: 'the lower end of the range is no average at all',
      },
      [
        transformations,
        movingAverageOptions({
          decay: fc.constant(0),
          order: fc.constant('sequential'),
          rhythm: 'never',
          counted: 'never',
        }),
        trainings({ values: ordinary }),
      ],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        return { left: averagesOf(moments), right: paramsOf(moments) }
      },
    ),
    law(exactly)(
      {
        name: 'decay 0 from anywhere',
        equation: 'd = 0 and any A ⇒ A′ = x, bitwise',
        reason: 'parameters may be set by others between steps, and then lie far from their average',
        bug: 'A − 1·(A − x) misses x for four elements in five; for A = 1e8 and x = 1 it gives 0',
      },
      [
        movingAverageOptions({ decay: fc.constant(0), rhythm: 'never', counted: 'never' }),
        trainings({ values: ordinary, minSteps: 1, maxSteps: 1, missing: false }),
      ],
      (options, { params, grads: [other = null] }) => ({
        left: tidily(() => {
          const optimizer = lift(options)(identity()) as Transformation<Opaque> // its state is only passed on
          const { state } = step(optimizer)(
            tensorsFrom(mapNumbers(() => null)(params)),
            optimizer.init(tensorsFrom(params)),
            tensorsFrom(other),
          )
          return numbersFrom((state as { readonly average: unknown }).average) // the subject keeps it there
        }),
        right: other,
      }),
    ),
    law(exactly)(
      {
        name: 'decay 1',
        equation: 'd = 1 ⇒ Aₜ = x₀, bitwise',
        reason: 'the upper end of the range never moves',
      },
      [
        transformations,
        movingAverageOptions({ decay: fc.constant(1), rhythm: 'never', counted: 'never' }),
        trainings({ values: ordinary }),
      ],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        return { left: averagesOf(moments), right: moments.map(() => training.params) }
      },
    ),
    law(exactly)(
      {
        name: 'convexity',
        equation: 'min(x₀ … xₜ) ≤ Aₜ ≤ max(x₀ … xₜ), elementwise',
        reason: 'an average never leaves the range of what it has seen',
        bug: 'a bias correction that was multiplied where it should be divided',
      },
      [transformations, movingAverageOptions({ precision: fc.constant('plain') }), trainings({ values: ordinary })],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        const seen = paramsOf(moments).map(valuesOf)
        const clamped = averagesOf(moments).map((average, t) =>
          zipped(valuesOf(average), columnsOf(seen.slice(0, t + 1)), (a, column) =>
            Math.min(Math.max(a, Math.min(...column)), Math.max(...column)),
          ),
        )
        return { left: averagesOf(moments).map(valuesOf), right: clamped }
      },
    ),
    law(rounding)(
      {
        name: 'homogeneous',
        equation: 'average of 2ᵏ·x = 2ᵏ·average of x, bitwise',
        reason: 'an average has the units of the parameters',
        bug: 'an extra square root, a missing bias correction',
      },
      [exactTransformations, movingAverageOptions(), trainings(), powerOfTwo],
      (tx, options, training, factor) => {
        const scaled = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => factor * x) }))
        return {
          left: averagesOf(
            trajectory(lift(options)(tx), { params: scaled(training.params), grads: training.grads.map(scaled) }),
          ),
          right: averagesOf(trajectory(lift(options)(tx), training)).map(scaled),
        }
      },
    ),
    law(within(2 ** -20))(
      {
        name: 'translation',
        equation: 'average of x + b = average of x, + b',
        reason: 'weights that sum to 1 commute with shifts',
        bug: 'd·A + c·x with c rounded on its own shrinks towards 0',
      },
      [movingAverageOptions({ decay: decays }), trainings({ minSteps: 2 }), dyadic],
      (options, training, b) => {
        const tx = hide(scale({ stepSize: 1 }))
        const shifted = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => x + b) }))
        const scaleOf = [64, 64] // keeps the tolerance a part of the largest value there can be
        return {
          left: [averagesOf(trajectory(lift(options)(tx), { ...training, params: shifted(training.params) })), scaleOf],
          right: [averagesOf(trajectory(lift(options)(tx), training)).map(shifted), scaleOf],
        }
      },
    ),
  ],
})
