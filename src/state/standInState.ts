/** @internal */
import type { StateShape } from './StateShape.js'

/** The first state of a shape without its tensors: its numbers, at their places, are enough to choose a program. */
export const standInState = (shape: StateShape): unknown => {
  switch (shape.kind) {
    case 'tuple':
      return shape.parts.map(standInState)
    case 'hidden':
      return standInState(shape.part)
    case 'opaque':
      return undefined
    case 'record':
      return {
        ...Object.fromEntries(Object.entries(shape.parts).map(([key, part]) => [key, standInState(part)])),
        ...shape.host,
      }
  }
}
