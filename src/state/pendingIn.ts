/** @internal */
import { containersOf } from './containersOf.js'
import { at } from './paths.js'
import type { StateShape } from './StateShape.js'

/** Whether updates have gathered anywhere in a state that wait to go on. */
export const pendingIn = (shape: StateShape): ((state: unknown) => boolean) => {
  const numbers = containersOf(shape).flatMap(({ path, record: { pending } }) =>
    pending === undefined ? [] : [[...path, pending]],
  )
  return (state) => numbers.some((path) => Number(at(state, path)) > 0)
}
