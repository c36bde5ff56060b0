/** @internal */

import * as t from 'io-ts'
import { outline } from '../migration/outline.js'
import type { StateShape } from '../state/StateShape.js'
import type { Skeleton } from '../tree/Skeleton.js'

/** What a file says of a part of its state: what it is known by when the chain has changed. */
export interface WrittenPart {
  /** Its path in the state. */
  readonly at: string
  /** The name of its equation. */
  readonly of: string
  /** The name of the average that it is. */
  readonly average?: string
  /** How it holds things, where it is no equation. */
  readonly kind?: 'opaque' | 'given'
  /** The names of its slots and numbers, where it is an equation. */
  readonly holds?: readonly string[]
  /** The names of the leaves that it sees, where it does not see all. */
  readonly sees?: readonly string[]
}

/** The parts of a state, for a file. */
export const writtenParts = (shape: StateShape, skeleton: Skeleton): readonly WrittenPart[] =>
  outline(shape, skeleton).map(({ at, of, average, kind, sees, shape: own }) => ({
    at,
    of,
    ...(average === undefined ? {} : { average }),
    ...(own.kind === 'record' ? { holds: [...Object.keys(own.slots), ...Object.keys(own.host)] } : {}),
    ...(kind === 'record' ? {} : { kind }),
    ...(sees.size === skeleton.paths.length ? {} : { sees: [...sees.keys()] }),
  }))

/** The parts in a file, as JSON gives them. */
export const writtenPartsCodec: t.Type<readonly WrittenPart[], unknown, unknown> = t.readonlyArray(
  t.intersection([
    t.type({ at: t.string, of: t.string }),
    t.partial({
      average: t.string,
      holds: t.readonlyArray(t.string),
      kind: t.keyof({ opaque: null, given: null }),
      sees: t.readonlyArray(t.string),
    }),
  ]),
)
