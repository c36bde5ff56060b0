/** @internal */
import { containersOf } from './containersOf.js'
import type { RecordShape, StateShape } from './StateShape.js'

/** What refuses two averages of one name, where a part of a state is an average: that has brought it. */
export const checkOf = (shape: StateShape): RecordShape['check'] =>
  containersOf(shape).find(({ record }) => record.check !== undefined)?.record.check
