/** @internal */
import type { StatePath } from '../equation/Stage.js'
import type { StateShape } from '../state/StateShape.js'
import type { CoefficientRule } from './CoefficientRule.js'
import { ruleOf } from './ruleOf.js'

/** An average in a state: its public name, the path of its record, and the rule by which it goes, if that is known. */
export interface AverageRecord {
  readonly name: string
  readonly at: StatePath
  readonly rule: CoefficientRule | undefined
}

/** The averages in a state of a shape, outermost last. */
export const averageRecords = (shape: StateShape, at: StatePath = []): readonly AverageRecord[] => {
  switch (shape.kind) {
    case 'opaque':
      return []
    case 'hidden':
      return averageRecords(shape.part, at)
    case 'tuple':
      return shape.parts.flatMap((part, i) => averageRecords(part, [...at, i]))
    case 'record':
      return [
        ...Object.entries(shape.parts).flatMap(([key, part]) => averageRecords(part, [...at, key])),
        ...(shape.average === undefined ? [] : [{ name: shape.average, at, rule: ruleOf(shape) }]),
      ]
  }
}
