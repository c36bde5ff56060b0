/** @internal */
import type { Slot } from '../equation/Slot.js'
import { both, type Scope } from '../equation/Scope.js'
import type { StatePath } from '../equation/Stage.js'
import type { StateShape } from './StateShape.js'

/** A slot at its place in a state. */
export interface PlacedSlot {
  /** The path of the record that holds it. */
  readonly at: StatePath
  readonly name: string
  readonly per: Slot['per']
  /** The leaves that it holds something for. */
  readonly scope: Scope
  /** The public name, where the slot is an average of the parameters. */
  readonly average?: string
}

/** The slots of a state of a shape, in the order of the state. What is no equation has none that are known. */
export const slotsOf = (shape: StateShape): readonly PlacedSlot[] => placed(shape, [], null)

const placed = (shape: StateShape, at: StatePath, scope: Scope): readonly PlacedSlot[] => {
  switch (shape.kind) {
    case 'opaque':
      return []
    case 'hidden':
      return placed(shape.part, at, both(scope, shape.scope))
    case 'tuple':
      return shape.parts.flatMap((part, i) => placed(part, [...at, i], scope))
    case 'record':
      return [
        ...Object.entries(shape.parts).flatMap(([key, part]) => placed(part, [...at, key], scope)),
        ...Object.entries(shape.slots).map(([name, { per }]) => ({
          at,
          name,
          per,
          scope,
          ...(shape.average !== undefined && name === 'average' ? { average: shape.average } : {}),
        })),
      ]
  }
}
