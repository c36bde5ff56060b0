import { extras } from '../../scalars/extras.js'
import { fn } from '../../scalars/kinds.js'
import { nonNegative } from '../../scalars/numbers.js'
import { options, required } from '../../scalars/options.js'
import type { Schedule } from '../../scalars/Schedule.js'
import { plainOptions } from '../../schedules/described.js'
import type { Scheme } from '../Scheme.js'

/** What each update weighs. */
export interface WeightedOptions {
  /** From the count of updates before this one (0 at the first) to its weight, a finite number ≥ 0. */
  readonly weight: Schedule
}

/** The mean with weights of your own.
 *
 *  ```text
 *  c = ω/(sum + ω), 0 where ω = 0        sum = the weights so far
 *  ```
 *
 *  @shapes keeps the number `sum`.
 *  @throws `RangeError`/`TypeError` where the function gives no finite number ≥ 0.
 *  @laws the weights of the average are ω/Σω; until the first ω above 0 the average is the start.
 *  @example withAverage(weighted({ weight: (count) => Math.sqrt(count + 1) })) */
export const weighted = (given: WeightedOptions): Scheme<{ readonly sum: number }> => {
  const checked = parse(given)
  return weighing('weighted', checked, ({ n }) => checked.weight(n - 1))
}

/** The mean with weights that are handed in with each step, as the extra `weight`: a loss, a batch's size, a trust.
 *
 *  ```text
 *  c = ω/(sum + ω), 0 where ω = 0        sum = the weights so far
 *  ```
 *
 *  @shapes keeps the number `sum`.
 *  @throws `RangeError`/`TypeError` for a weight that is no finite number ≥ 0.
 *  @laws those of `weighted`. With `every`, the weight of the step on which the update falls counts.
 *  @example step(withAverage(weightedBy())(sgd({ learningRate: 0.1 })))(grads, state, params, { weight: 2 }) */
export const weightedBy = (): Scheme<{ readonly sum: number }, 'steps', { readonly weight: number }> => ({
  ...weighing<{ readonly weight: number }>('weightedBy', {}, (_, extra) => told(extra).weight),
  asks: ['weight'],
})

const weighing = <E>(
  name: string,
  given: object,
  weight: (moment: { readonly n: number }, extra: E) => number,
): Scheme<{ readonly sum: number }, 'steps', E> => ({
  name,
  options: plainOptions(given),
  unit: 'steps',
  init: { sum: 0 },
  coefficient: (moment, { sum }, extra) => {
    const w = weight(moment, extra)
    return w === 0 ? 0 : w / (sum + w)
  },
  next: (moment, { sum }, extra) => ({ sum: sum + weight(moment, extra) }),
})

const told = extras('weightedBy', { weight: required(nonNegative) })

const parse = options('weighted', {
  weight: required(fn<Schedule>('a function of the count of updates', '(count) => count + 1', nonNegative)),
})
