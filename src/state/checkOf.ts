/** @internal */
import type { RecordShape, StateShape } from './StateShape.js'

/** What refuses two averages of one name, where a part of a state is an average: that has brought it. */
export const checkOf = (shape: StateShape): RecordShape['check'] =>
  shape.kind === 'record' && shape.check !== undefined
    ? shape.check
    : partsOf(shape)
        .map(checkOf)
        .find((check) => check !== undefined)

const partsOf = (shape: StateShape): readonly StateShape[] =>
  shape.kind === 'hidden' ? [shape.part] : shape.kind === 'opaque' ? [] : Object.values(shape.parts)
