/** @internal */
import { type CoefficientRule } from '../averaging/CoefficientRule.js'
import { ruleOf } from '../averaging/ruleOf.js'
import type { StatePath } from '../equation/Stage.js'
import type { StateShape } from '../state/StateShape.js'

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

/** The average of a name, or the outermost one.
 *
 *  @throws `RangeError` that says which there are. */
export const averageNamed = (where: string, shape: StateShape, wanted: string | undefined): AverageRecord => {
  const all = averageRecords(shape)
  const found = wanted === undefined ? all.at(-1) : all.find(({ name }) => name === wanted)
  if (found !== undefined) return found
  throw new RangeError(
    all.length === 0
      ? `${where}: the model's optimizer keeps no average. Wrap its chain, e.g. withMovingAverage({ decay: 0.999 })(chain).`
      : `${where}: there is no average named ${JSON.stringify(wanted)}. There ${all.length === 1 ? 'is' : 'are'} ${all.map(({ name }) => name).join(', ')}.`,
  )
}
