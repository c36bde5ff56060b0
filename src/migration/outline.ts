/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { narrowed } from '../state/initialState.js'
import type { RecordShape, StateShape } from '../state/StateShape.js'
import { leafName } from '../state/tensorNames.js'
import { dtypeAt, shapeAt, type Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Part } from './Part.js'

/** A part without what it holds, and where it is. */
export interface Outline extends Omit<Part<Leaf>, 'numbers' | 'tensors'> {
  readonly path: StatePath
  readonly shape: RecordShape | Extract<StateShape, { readonly kind: 'opaque' }>
}

/** The parts of a state of a shape that hold anything, in its order. */
export const outline = (shape: StateShape, skeleton: Skeleton): readonly Outline[] => {
  const described = skeleton.paths.map(
    (path, i) => [leafName(path), `[${shapeAt(skeleton, i).join(', ')}] ${dtypeAt(skeleton, i)}`] as const,
  )
  const partOf = (own: Outline['shape'], path: StatePath, seen: Seen): Outline => ({
    of: own.of,
    ...(own.kind === 'opaque' || own.average === undefined ? {} : { average: own.average }),
    at: path.join('.'),
    kind: own.kind === 'record' ? 'record' : own.before === undefined ? 'opaque' : 'given',
    sees: new Map(seen.filter((leaf) => leaf !== null)),
    path,
    shape: own,
  })
  const visit = (node: StateShape, path: StatePath, seen: Seen): readonly Outline[] => {
    switch (node.kind) {
      case 'tuple':
        return node.parts.flatMap((part, i) => visit(part, [...path, i], seen))
      case 'hidden':
        return visit(node.part, path, narrowed(seen, node.scope, skeleton))
      case 'opaque':
        return [partOf(node, path, seen)]
      case 'record':
        return [
          ...Object.entries(node.parts).flatMap(([key, part]) => visit(part, [...path, key], seen)),
          ...(Object.keys(node.host).length + Object.keys(node.slots).length > 0 ? [partOf(node, path, seen)] : []),
        ]
    }
  }
  return visit(shape, [], described)
}

/** The name of each leaf and what it is; null for one that is hidden. */
type Seen = readonly (readonly [name: string, what: string] | null)[]
