/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { spell } from '../tree/Skeleton.js'
import { containersOf } from './containersOf.js'
import { isCount } from './isCount.js'
import { at } from './paths.js'
import type { StateShape } from './StateShape.js'

/** Throws `TypeError` where what should be a state of a shape lacks a record, a list or a number, or holds something else in
 *  its place: by its path, before anything reads it. Slots are checked where they are joined. */
export const checkState = (shape: StateShape, state: unknown): void => {
  for (const { path, length, record, keys, all } of containersOf(shape)) {
    if ((length ?? keys.length) === 0) continue
    const node = at(state, path)
    if (
      length !== undefined ? !Array.isArray(node) || node.length !== length : typeof node !== 'object' || node === null
    )
      throw wrong(path, length === undefined ? `a record with ${keys.join(', ')}` : `an array of ${length}`, node)
    // A key that the shape does not have is read by nobody: a misspelt one, or the state of another optimizer.
    if (length === undefined)
      for (const key in node as object)
        if (!all.has(key)) throw wrong([...path, key], 'nothing, because init made nothing there', at(node, [key]))
    for (const key of keys) {
      const found = at(node, [key])
      const begun = record.host[key]
      if (found === undefined || (typeof begun === 'number' && typeof found !== 'number'))
        throw wrong([...path, key], 'what init made there', found)
      if (isCount(key, begun) && !(Number.isSafeInteger(found) && Number(found) >= 0))
        throw wrong([...path, key], 'a count, a whole number ≥ 0', found)
    }
  }
}

const wrong = (path: StatePath, expected: string, found: unknown): TypeError =>
  new TypeError(
    path.length === 0
      ? `state: expected the state that init or the last step returned, ${expected}, found ${spell(found)}.`
      : `state: at ${path.join('.')}, expected ${expected}, found ${spell(found)}. ` +
          'Pass the state that init or the last step returned.',
  )
