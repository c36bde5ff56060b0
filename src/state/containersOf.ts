/** @internal */
import { rememberedOne } from '../equation/Program.js'
import type { StatePath } from '../equation/Stage.js'
import { type RecordShape, type StateShape, stateless } from './StateShape.js'

/** A tuple or a record of a state, at its place. */
export interface Container {
  readonly path: StatePath
  /** The number of parts, of a tuple. */
  readonly length?: number
  /** What a record is made of. A tuple holds nothing beside its parts. */
  readonly record: RecordShape
  /** What a record holds. The number of a tree is checked with the other tensors: it has no leaves to join. */
  readonly keys: readonly string[]
  /** All its keys, those numbers among them. */
  readonly all: ReadonlySet<string>
}

/** The tuples and records of a state of a shape, outermost first. What is no equation has none that are known. */
export const containersOf = rememberedOne((shape: StateShape): readonly Container[] => containersIn(shape, []))

const containersIn = (shape: StateShape, path: StatePath): readonly Container[] => {
  if (shape.kind === 'opaque') return []
  if (shape.kind === 'hidden') return containersIn(shape.part, path)
  const parts = Object.entries(shape.parts)
  const below = parts.flatMap(([key, part]) => containersIn(part, [...path, key]))
  if (shape.kind === 'tuple')
    return [{ path, length: parts.length, record: stateless, keys: [], all: new Set() }, ...below]
  const { slots, host } = shape
  const all = new Set(Object.keys({ ...shape.parts, ...slots, ...host }))
  return [{ path, record: shape, keys: [...all].filter((key) => slots[key]?.per !== 'tree'), all }, ...below]
}
