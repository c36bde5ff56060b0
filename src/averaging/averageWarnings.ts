import type { Host } from '../equation/Host.js'
import { at } from '../state/paths.js'
import type { StateShape } from '../state/StateShape.js'
import type { StatePath } from '../equation/Stage.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { checkState } from '../state/checkState.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { Tree } from '../tree/Tree.js'
import { warningOf } from './averagingWeights.js'
import { ruleOf } from './ruleOf.js'

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
  return found(shape, [], state)
}

const found = (shape: StateShape, path: StatePath, state: unknown): readonly AverageWarning[] => {
  switch (shape.kind) {
    case 'opaque':
      return []
    case 'hidden':
      return found(shape.part, path, state)
    case 'tuple':
      return shape.parts.flatMap((part, i) => found(part, [...path, i], state))
    case 'record': {
      const inside = Object.entries(shape.parts).flatMap(([key, part]) => found(part, [...path, key], state))
      const [name, steps] = [shape.average, at(state, [...path, 'count'])]
      const initial = name === undefined || typeof steps !== 'number' ? undefined : initialWeight(shape, steps)
      const message = initial === undefined ? null : warningOf(initial, steps as number) // just seen
      return name === undefined || initial === undefined || message === null
        ? inside
        : [...inside, { name, initial, message }]
    }
  }
}

/** The weight of the start after so many steps, as far as it matters; `undefined` where it cannot be known. */
const initialWeight = (shape: StateShape, steps: number): number | undefined => {
  const rule = ruleOf(shape)
  if (rule === undefined || rule.told) return undefined
  let [host, weight]: readonly [Host, number] = [rule.init, 1]
  for (let t = 0; t < steps && weight > 0.1; t++) {
    weight *= 1 - rule.coefficient(host, undefined)
    host = { ...host, ...rule.next(host, undefined) }
  }
  return weight
}
