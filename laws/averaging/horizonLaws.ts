import fc from 'fast-check'
import type { MovingAverageOptions } from '../../src/averaging/withMovingAverage.js'
import { scale } from '../../src/transforms/scale.js'
import { exactly, within } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { ordinary } from '../arbitraries/numbers.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { mapNumbers, numbersIn, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { trajectory } from '../trajectory.js'
import { averageOf, averagesOf, paramsOf, type AveragingSubject, valuesOf } from './Subject.js'
import { zipped } from '../zipped.js'
import { nth } from '../nth.js'

/** Where a moving average goes in the long run, under all of its options at once: several periods, small
 *  coefficients. */
export const horizonLaws = ({ lift }: AveragingSubject): Suite => ({
  name: 'the long run of a moving average',
  laws: [
    law(within(2 ** -17))(
      {
        name: 'any rhythm',
        equation:
          'Aₜ₊₁ = Aₜ + c·(x − Aₜ);  t < start: c = 1;  at each every-th step c = (1 − D)/(1 − T·D), T = 0 without debias;  else c = 0',
        reason: 'each option is right alone; together they share one count, and the second period is like the first',
        bug: 'every with a count from one too many, which only every = 3 tells from the right one',
      },
      [
        transformations,
        movingAverageOptions(),
        trainings({ minSteps: 3, maxSteps: 9, values: ordinary, missing: false }),
      ],
      (tx, options, training) => {
        const moments = trajectory(lift(options)(tx), training)
        const x = paramsOf(moments).map(valuesOf)
        const c = coefficientsOf(options, training.grads.length)
        const right = x.slice(0, 1)
        for (const [t, ct] of c.entries()) {
          const seen = nth(x, options.order === 'concurrent' ? t : t + 1)
          right.push(zipped(nth(right, t), seen, (a, now) => a + ct * (now - a)))
        }
        return { left: [averagesOf(moments).map(valuesOf), x], right: [right, x] } // x: the scale
      },
    ),
    law(exactly)(
      {
        name: 'decay 1, corrected',
        equation: 'd = 1 with debias, every and start ⇒ A = x at the start, bitwise',
        reason: 'a schedule of decays may end at 1, and what has no weight yet cannot be corrected',
        bug: '0/0 where the decay is 1 and the bias corrected: NaN for ever, or the parameters of each step',
        share: 0.4,
      },
      [
        transformations,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        trainings({ minSteps: 2, maxSteps: 6, values: ordinary, missing: false }),
      ],
      (tx, every, start, training) => {
        const moments = trajectory(lift({ decay: 1, debias: true, every, start })(tx), training)
        const x = paramsOf(moments)
        return { left: averagesOf(moments), right: x.map((_, t) => x[Math.min(t, start)]) }
      },
    ),
    law(within(2 ** -18))(
      {
        name: 'convergent parameters',
        equation: 'x at rest from some step on, d < 1 ⇒ A → x',
        reason: 'a training that has converged has an average that has',
        bug: 'an average that kept a part of its start for ever, and evaluated worse the longer one trained',
        share: 0.2,
      },
      [
        movingAverageOptions({ decay: fc.constantFrom(0.5, 0, 0.75, 0.9) }),
        trainings({ maxSteps: 4, values: ordinary, missing: false }),
      ],
      (options, training) => {
        const moments = trajectory(lift(options)(scale({ stepSize: 1 })), resting(training, 160))
        const last = nth(moments, moments.length - 1)
        const scaleOf = numbersIn(training.params)
        return { left: [averageOf(last), scaleOf], right: [last.params, scaleOf] }
      },
    ),
    law(within(2 ** -21))(
      {
        name: 'compensation',
        equation: "precision: 'compensated' ⇒ A after many small steps is that of exact arithmetic, to two roundings",
        reason:
          'with a decay next to 1 each move is less than half a unit in the last place: a plain average stands still',
        bug: 'a decay of 0.99999 in half precision, whose average never left its start;  a residual that was kept and not used',
        share: 0.2,
      },
      [
        fc.constantFrom(16, 18, 20).map((k) => 1 - 2 ** -k),
        fc.constantFrom('sequential' as const, 'concurrent' as const),
        trainings({ minSteps: 1, maxSteps: 1, values: ordinary, missing: false }),
      ],
      (decay, order, training) => {
        const steps = 96
        const moments = trajectory(
          lift({ decay, order, precision: 'compensated' })(scale({ stepSize: 2 ** -5 })),
          resting(training, steps),
        )
        const [from, to] = [valuesOf(nth(moments, 0).params), valuesOf(nth(moments, moments.length - 1).params)]
        const updates = order === 'sequential' ? steps + 1 : steps
        return {
          left: averagesOf(moments.slice(-1)).map(valuesOf),
          right: [zipped(from, to, (x, end) => x + (1 - decay ** updates) * (end - x))],
        }
      },
    ),
  ],
})

/** How much of the way the average goes in each step, by its definition. */
const coefficientsOf = (
  { decay = 0.9999, numUpdates, start = 0, every = 1, debias = false }: MovingAverageOptions,
  steps: number,
): readonly number[] => {
  let [block, total] = [1, 1]
  return Array.from({ length: steps }, (_, count) => {
    const t = count - start
    if (t < 0) return 1
    const d = typeof decay === 'number' ? decay : decay(t)
    const n = typeof numUpdates === 'function' ? numUpdates(t) : numUpdates === 'after' ? t + 1 : t
    block *= numUpdates === undefined ? d : Math.min(d, (1 + n) / (10 + n))
    if ((t + 1) % every !== 0) return 0
    const c = !debias ? 1 - block : total * block === 1 ? 0 : (1 - block) / (1 - total * block)
    ;[block, total] = [1, total * block]
    return c
  })
}

/** A training that goes on for so many steps without any change. */
const resting = ({ params, grads }: Training, steps: number): Training => {
  const none: TreeSpec = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))(params)
  return { params, grads: [...grads, ...Array.from({ length: steps }, () => none)] }
}
