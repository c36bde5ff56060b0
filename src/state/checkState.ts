/** @internal */
import { rememberedOne } from '../equation/Program.js'
import type { Host } from '../equation/Host.js'
import type { StatePath } from '../equation/Stage.js'
import { spell } from '../tree/Skeleton.js'
import { at } from './paths.js'
import type { StateShape } from './StateShape.js'

/** Throws `TypeError` where what should be a state of a shape lacks a record, a list or a number, or holds something else in
 *  its place: by its path, before anything reads it. Slots are checked where they are joined. */
export const checkState = (shape: StateShape, state: unknown): void => {
  for (const { path, length, keys, host } of placesOf(shape)) {
    const node = at(state, path)
    if (
      length !== undefined ? !Array.isArray(node) || node.length !== length : typeof node !== 'object' || node === null
    )
      throw wrong(path, length === undefined ? `a record with ${keys.join(', ')}` : `an array of ${length}`, node)
    const record = node as Readonly<Record<string, unknown>> // an object, checked above
    for (const key of keys)
      if (record[key] === undefined || (key in host && typeof record[key] !== 'number'))
        throw wrong([...path, key], 'what init made there', record[key])
  }
}

interface Place {
  readonly path: StatePath
  /** Of a list. */
  readonly length?: number
  readonly keys: readonly string[]
  /** Those that are plain numbers, of a record. */
  readonly host: Host
}

/** Records and lists that hold anything, outermost first. */
const placesOf = rememberedOne((shape: StateShape): readonly Place[] => placesIn(shape, []))

const placesIn = (shape: StateShape, path: StatePath): readonly Place[] => {
  switch (shape.kind) {
    case 'hidden':
      return placesIn(shape.part, path)
    case 'opaque':
      return []
    case 'tuple':
      return [
        ...(shape.parts.length === 0 ? [] : [{ path, length: shape.parts.length, keys: [], host: {} }]),
        ...shape.parts.flatMap((part, i) => placesIn(part, [...path, i])),
      ]
    case 'record': {
      // The number of a tree is checked with the other tensors: it has no leaves to join.
      const slots = Object.entries(shape.slots).flatMap(([key, { per }]) => (per === 'tree' ? [] : [key]))
      const keys = [...Object.keys(shape.parts), ...slots, ...Object.keys(shape.host)]
      return [
        ...(keys.length === 0 ? [] : [{ path, keys, host: shape.host }]),
        ...Object.entries(shape.parts).flatMap(([key, part]) => placesIn(part, [...path, key])),
      ]
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
