import { slotsOf } from '../state/slots.js'
import type { StateShape } from '../state/StateShape.js'

/** The names of the averages anywhere in a state of a shape.
 *
 *  @internal */
export const averageNames = (shape: StateShape): readonly string[] =>
  slotsOf(shape).flatMap(({ average }) => (average === undefined ? [] : [average]))
