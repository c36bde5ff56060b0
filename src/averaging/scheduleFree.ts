import { copied } from '../equation/Slot.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble } from '../transformation/assemble.js'
import { equationOf } from '../transformation/equationOf.js'
import { concatenated } from '../equation/Program.js'
import { alone, under } from '../combinators/segments.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { interpolation } from './interpolation.js'

/** How schedule-free weighs its steps. */
export interface ScheduleFreeOptions {
  /** The base optimizer's own learning rate: it decides the weights, no more. A finite number ≥ 0, or a schedule. */
  readonly learningRate: number | Schedule
  /** Where gradients are taken: β of the average, 1 − β of the iterate. A number in (0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** A step weighs the largest learning rate so far to this power, ≥ 0.
   *
   *  @defaultValue 2 */
  readonly weightLrPower?: number
  /** And its number to this one, ≥ 0.
   *
   *  @defaultValue 0 */
  readonly r?: number
}

/** The state of `scheduleFree`. */
export interface ScheduleFreeState<S, P> {
  /** The base optimizer's. */
  readonly inner: S
  /** The iterate that the base optimizer moves. The parameters are y; x is `scheduleFreeEvalParams`. */
  readonly z: P
  /** Updates seen so far. */
  readonly count: number
  /** Where between z and the average gradients are taken, in [0, 1). */
  readonly b1: number
  /** The sum of weights so far. */
  readonly weightSum: number
  /** The largest learning rate so far. */
  readonly maxLearningRate: number
}

export interface ScheduleFree<F extends StateLambda> extends StateLambda {
  readonly State: ScheduleFreeState<StateOf<F, this['Params']>, this['Params']>
}

/** Averaging in place of a schedule: the base optimizer moves z, the mean of all z is what one evaluates with, and
 *  gradients are taken between the two.
 *
 *  ```text
 *  y = (1−β)·z + β·x        z ← z + u(y)        x ← (1−c)·x + c·z        c = ω/Σω,  ω = tʳ·(largest η so far)ᵖ
 *  as an update of y:  (1−β)(1−c)·u + c·(z − y), with the new z
 *  ```
 *
 *  @shapes state `{ inner, z, count, b1, weightSum, maxLearningRate }`; z like the parameters, and its own tensors. One
 *    copy of the parameters: x is not stored.
 *  @throws `RangeError`/`TypeError` for options out of range.
 *  @laws the parameters are y; `scheduleFreeEvalParams(state, params)` is x, the mean of the iterates with weights ω.
 *  @departs the base optimizer must have no momentum (`adam({ b1: 0 })`): β takes its place. The learning rate for the
 *    weights is read at count + 1, as in optax; the base reads its own at count. A parameter without a gradient
 *    rests. Nothing is divided by β, so that y is exact.
 *  @reference Defazio et al. 2024, arXiv:2405.15682; optax.contrib.schedule_free; schedulefree's `r`
 *  @example scheduleFree({ learningRate: 0.1 })(sgd({ learningRate: 0.1 })) */
export const scheduleFree = (given: ScheduleFreeOptions) => {
  const checked = parse(given)
  const { learningRate, weightLrPower, r } = checked
  const b1 = interpolation('scheduleFree', checked.b1)
  const after = ({ count, weightSum, maxLearningRate }: Numbers) => {
    const largest = Math.max(maxLearningRate, valueAt(learningRate, count + 1))
    const weight = (count + 1) ** r * largest ** weightLrPower
    return { largest, weight, sum: weightSum + weight }
  }
  const equation = equationOf({
    name: 'scheduleFree',
    slots: { z: copied },
    host: {
      init: { count: 0, b1, weightSum: 0, maxLearningRate: 0 },
      next: (numbers: Numbers) => {
        const { largest, sum } = after(numbers)
        return { count: numbers.count + 1, b1: numbers.b1, weightSum: sum, maxLearningRate: largest }
      },
    },
    scalars: (numbers: Numbers) => {
      const { weight, sum } = after(numbers)
      const c = weight === 0 ? 0 : weight / sum
      return { c, w: (1 - numbers.b1) * (1 - c) }
    },
  })((A) => ({ update, param, z }, { c, w }) => {
    const next = A.add(z, update)
    return { update: A.add(A.mul(w, update), A.mul(c, A.sub(next, param))), z: next }
  })
  const own = alone(equation)
  return <T extends AnyTransformation>(base: T): Transformation<ScheduleFree<LambdaOf<T>>, ExtraOf<T>> => {
    const { description, shape, plan } = anatomyOf('scheduleFree: what it wraps', base)
    const [join, inner] = [concatenated(), under('inner', plan)]
    return assemble({
      description: { name: 'scheduleFree', options: plainOptions(checked), parts: [description] },
      shape: {
        kind: 'record',
        of: 'scheduleFree',
        host: equation.host,
        slots: equation.slots,
        parts: { inner: shape },
      },
      plan: (state, occasion) => join([inner(state, occasion), own]),
    })
  }
}

type Numbers = Pick<ScheduleFreeState<unknown, unknown>, 'count' | 'b1' | 'weightSum' | 'maxLearningRate'>

const parse = options('scheduleFree', {
  learningRate: required(numberOrSchedule(rate)),
  b1: withDefault(nonNegative, 0.9),
  weightLrPower: withDefault(nonNegative, 2),
  r: withDefault(nonNegative, 0),
})
