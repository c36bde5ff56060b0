/** @internal */
import type { Host } from '../equation/Host.js'
import { both, type Scope } from '../equation/Scope.js'
import type { Slot } from '../equation/Slot.js'
import type { StatePath } from '../equation/Stage.js'
import type { StateShape } from '../state/StateShape.js'
import type { Description } from '../transformation/Description.js'

/** A record of a state with the equation that it belongs to. */
export interface PlacedRecord {
  /** Its path in the state. */
  readonly at: StatePath
  /** The name of the equation, or of the wrapper. */
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  readonly slots: Readonly<Record<string, Slot>>
  readonly host: Host
  /** The public name of its average, where it has one. */
  readonly average?: string
  /** The leaves that it sees. */
  readonly scope: Scope
  /** Whether its `init` decides what it holds: then no slots are known. */
  readonly opaque: boolean
}

/** The records of a state in the order of the chain, by what its shape and its description say together. */
export const placedRecords = (shape: StateShape, description: Description): readonly PlacedRecord[] =>
  placed(shape, description, [], null)

const placed = (shape: StateShape, description: Description, at: StatePath, scope: Scope): readonly PlacedRecord[] => {
  const { name, options } = description
  switch (shape.kind) {
    case 'tuple': {
      const parts = partsOf(description, shape.parts.length)
      return shape.parts.flatMap((part, i) => placed(part, parts[i] ?? description, [...at, i], scope))
    }
    case 'hidden': {
      const [inner] = description.scope === undefined ? [] : description.parts
      return placed(shape.part, inner ?? description, at, both(scope, shape.scope))
    }
    case 'opaque':
      return [{ at, name, options, slots: {}, host: {}, scope, opaque: true }]
    case 'record': {
      const keys = Object.keys(shape.parts)
      const own = { at, name, options, slots: shape.slots, host: shape.host, scope, opaque: false }
      const record = shape.average === undefined ? own : { ...own, average: shape.average }
      const inside = keys.length === description.parts.length ? description.parts : []
      return [
        record,
        ...Object.entries(shape.parts).flatMap(([key, part], i) => {
          const inner = key === 'inner' && description.parts.length === 1 ? description.parts[0] : inside[i]
          return placed(part, inner ?? { name: key, options: {}, parts: [] }, [...at, key], scope)
        }),
      ]
    }
  }
}

/** The descriptions of the parts of a tuple; a wrapper without a state of its own has it further in. */
const partsOf = ({ parts }: Description, size: number): readonly Description[] =>
  parts.length !== size && parts.length === 1 && parts[0] !== undefined ? partsOf(parts[0], size) : parts
