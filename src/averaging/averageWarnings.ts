import type { Host } from '../equation/Host.js'
import { at } from '../state/paths.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { checkState } from '../state/checkState.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { Tree } from '../tree/Tree.js'
import { averageRecords } from './averageRecords.js'
import { warningOf } from './averagingWeights.js'
import type { CoefficientRule } from './CoefficientRule.js'

/** An average that should not be evaluated yet. */
export interface AverageWarning {
  /** The average's name. */
  readonly name: string
  /** The weight that the start still has in it. */
  readonly initial: number
  /** What is wrong, and what to do. */
  readonly message: string
}

/** The averages of a state whose window has not filled: those in which the start still weighs more than a tenth. A
 *  decay of 0.999 after 48 steps gave chance accuracy beside parameters that were right in 94 of 100 cases.
 *
 *  ```text
 *  ∏ (1 − c) over the steps so far > 0.1
 *  ```
 *
 *  @laws a value, never a log; empty where all is well.
 *  @departs coefficients that hang on what steps were told (a count, a clock, weights) cannot be known afterwards: of
 *    those averages nothing is said.
 *  @example averageWarnings(optimizer, now.state).forEach(({ message }) => console.warn(message)) */
export const averageWarnings = <F extends StateLambda, E>(
  tx: Transformation<F, E>,
  state: StateOf<F, Tree>,
): readonly AverageWarning[] => {
  const { shape } = anatomyOf('averageWarnings: the optimizer', tx)
  checkState(shape, state)
  return averageRecords(shape).flatMap(({ name, at: path, rule }) => {
    const steps = at(state, [...path, 'count'])
    if (typeof steps !== 'number' || rule === undefined || rule.told) return []
    const initial = initialWeight(rule, steps)
    const message = warningOf(initial, steps)
    return message === null ? [] : [{ name, initial, message }]
  })
}

/** The weight of the start after so many steps, as far as it matters. */
const initialWeight = (rule: CoefficientRule, steps: number): number => {
  let [host, weight]: readonly [Host, number] = [rule.init, 1]
  for (let t = 0; t < steps && weight > 0.1; t++) {
    weight *= 1 - rule.coefficient(host, undefined)
    host = { ...host, ...rule.next(host, undefined) }
  }
  return weight
}
