/** @internal */
import { type AverageRecord, averageRecords } from '../averaging/averageRecords.js'
import type { StateShape } from '../state/StateShape.js'

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
