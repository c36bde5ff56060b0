/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { must } from '../scalars/must.js'
import { at } from '../state/paths.js'
import type { StateShape } from '../state/StateShape.js'
import { averageRecords } from '../averaging/averageRecords.js'
import type { Member } from './Held.js'
import { memberOf } from './met.js'
import { paired } from './paired.js'

/** What a function makes, and the variables that are not trained and that it has assigned to: the statistics of batch
 *  normalisation, of which an optimizer is not told. */
export const assignedDuring = <A>(make: () => A): readonly [made: A, assigned: readonly tf.Variable[]] => {
  const idle = Object.values(tf.engine().registeredVariables).filter(({ trainable }) => !trainable)
  const before = idle.map(({ dataId }) => dataId)
  const made = make()
  return [made, idle.filter(({ dataId, isDisposed }, i) => !isDisposed && dataId !== before[i])]
}

/** Statistics and their averages, which stand in their place, one step on. They go with the outermost average of the
 *  parameters, by its coefficient:
 *
 *  ```text
 *  A ← A − c·(A − x)        c as in the step from `before` to `after`; 0 where the average has not moved
 *  ```
 *
 *  and begin as the statistics after the first step. */
export const advancedStatistics = (
  shape: StateShape,
  before: unknown,
  after: unknown,
  statistics: readonly Member[],
  assigned: readonly tf.Variable[],
): readonly Member[] => {
  const average = averageRecords(shape).at(-1)
  if (average?.rule === undefined || assigned.length === 0) return statistics
  const live = statistics.filter((member) => member.variable?.isDisposed !== true || dropped(member))
  const known = new Set(live.map(({ variable }) => variable))
  const fresh = assigned.filter((variable) => !known.has(variable))
  const pairs = paired(
    live.filter(({ variable }) => variable === null),
    fresh,
  )
  const found = new Set(pairs.values())
  const all = [
    ...live.map((member) => ({ ...member, variable: pairs.get(member) ?? member.variable })),
    ...fresh
      .filter((variable) => !found.has(variable))
      .map((variable) => ({ ...memberOf(variable), standIn: tf.keep(tf.clone(variable)) })),
  ]
  const [host, then] = [numbersAt(before, average.at), numbersAt(after, average.at)]
  const c = host['count'] === then['count'] ? 0 : average.rule.coefficient(host, undefined)
  const moving = new Set(assigned)
  return all.map((member) => (member.variable !== null && moving.has(member.variable) ? moved(member, c) : member))
}

/** Loaded statistics with the variables of a model, where it is told which are which. */
export const boundStatistics = (
  statistics: readonly Member[],
  variables: readonly tf.Variable[],
): readonly Member[] => {
  const known = new Set(statistics.map(({ variable }) => variable))
  const pairs = paired(
    statistics.filter(({ variable }) => variable === null),
    variables.filter((variable) => !known.has(variable)),
  )
  return statistics.map((member) => ({ ...member, variable: pairs.get(member) ?? member.variable }))
}

/** The average of a statistic is the optimizer's own. */
const dropped = ({ standIn }: Member): boolean => {
  standIn?.dispose()
  return false
}

const moved = (member: Member, c: number): Member => {
  const { variable, standIn } = member
  const average = must(standIn ?? undefined, 'average of a statistic')
  if (variable === null || c === 0) return member
  const next = tf.tidy(() => tf.keep(tf.sub(average, tf.mul(tf.sub(average, variable), c))))
  average.dispose()
  return { ...member, standIn: next }
}

// a record of the shape, whose rule reads its own numbers
const numbersAt = (state: unknown, path: readonly (string | number)[]): Readonly<Record<string, number>> =>
  at(state, path) as Readonly<Record<string, number>>
