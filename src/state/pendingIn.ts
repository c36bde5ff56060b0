/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { at } from './paths.js'
import type { StateShape } from './StateShape.js'

/** Whether updates have gathered anywhere in a state that wait to go on. */
export const pendingIn = (shape: StateShape): ((state: unknown) => boolean) => {
  const numbers = pendingPaths(shape, [])
  return (state) => numbers.some((path) => Number(at(state, path)) > 0)
}

const pendingPaths = (shape: StateShape, path: StatePath): readonly StatePath[] => {
  switch (shape.kind) {
    case 'opaque':
      return []
    case 'hidden':
      return pendingPaths(shape.part, path)
    case 'tuple':
      return shape.parts.flatMap((part, i) => pendingPaths(part, [...path, i]))
    case 'record':
      return [
        ...(shape.pending === undefined ? [] : [[...path, shape.pending]]),
        ...Object.entries(shape.parts).flatMap(([key, part]) => pendingPaths(part, [...path, key])),
      ]
  }
}
