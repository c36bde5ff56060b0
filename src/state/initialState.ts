/** @internal */
import type { Scope } from '../equation/Scope.js'
import type { Slot } from '../equation/Slot.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { StateShape } from './StateShape.js'

/** How the first leaves of a state are made. */
export interface LeafMaker<L extends Leaf> {
  /** A slot like a parameter has the parameter's dtype; numbers are float32. */
  readonly filled: (shape: readonly number[], value: number, dtype: string) => L
  /** A copy that can be disposed without the original. */
  readonly copied: (leaf: L) => L
  /** Gives back what was made, the parameters aside: a later part has refused them. Default: nothing to give back. */
  readonly release?: (made: unknown, params: unknown) => void
}

/** The first state of a shape, for parameters. Where a part refuses them, what the parts before it made is given back. */
export const initialState =
  <L extends Leaf>(make: LeafMaker<L>) =>
  (shape: StateShape, skeleton: Skeleton, params: unknown): unknown => {
    const leaves = leavesOf<L>(skeleton, params, { where: 'params', nullable: false, alike: true })
    const made: unknown[] = []
    const note = (part: unknown): unknown => {
      made.push(part)
      return part
    }
    const all = skeleton.paths.map(() => true)
    try {
      return first(make, note, skeleton, leaves, all)(shape)
    } catch (error) {
      make.release?.(made, params)
      throw error
    }
  }

const first =
  <L extends Leaf>(
    make: LeafMaker<L>,
    note: (part: unknown) => unknown,
    skeleton: Skeleton,
    params: readonly (L | null)[],
    seen: readonly boolean[],
  ) =>
  (shape: StateShape): unknown => {
    switch (shape.kind) {
      case 'tuple':
        return Object.freeze(shape.parts.map(first(make, note, skeleton, params, seen)))
      case 'hidden':
        return first(make, note, skeleton, params, narrowed(seen, shape.scope, skeleton))(shape.part)
      case 'opaque': {
        const tree = buildTree(
          skeleton,
          params.map((p, i) => (seen[i] === true ? p : null)),
        )
        const state = note(shape.owned<L>(make.copied, params, shape.init(tree)))
        shape.refuse?.(shape.of, state)
        return state
      }
      case 'record': {
        const record: Record<string, unknown> = {}
        for (const [name, part] of Object.entries(shape.parts))
          record[name] = first(make, note, skeleton, params, seen)(part)
        for (const [name, slot] of Object.entries(shape.slots))
          record[name] = note(firstSlot(make, skeleton, params, seen, slot))
        return Object.freeze({ ...record, ...shape.host })
      }
    }
  }

/** What of the leaves that are seen a scope leaves. */
export const narrowed = (seen: readonly boolean[], scope: Scope, skeleton: Skeleton): readonly boolean[] => {
  const included = scope?.includes(skeleton)
  return included === undefined ? seen : seen.map((x, i) => x && included[i] === true)
}

const firstSlot = <L extends Leaf>(
  make: LeafMaker<L>,
  skeleton: Skeleton,
  params: readonly (L | null)[],
  seen: readonly boolean[],
  { per, start }: Slot,
): unknown => {
  if (per === 'tree') return make.filled([], start === 'param' ? 0 : start, 'float32')
  return buildTree(
    skeleton,
    params.map((param, i) =>
      seen[i] !== true || param === null
        ? null
        : start === 'param'
          ? make.copied(param)
          : per === 'leaf'
            ? make.filled([], start, 'float32')
            : make.filled(param.shape, start, param.dtype),
    ),
  )
}
