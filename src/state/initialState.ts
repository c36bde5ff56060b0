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
    const all = leavesOf<L>(skeleton, params, { where: 'params', nullable: false, alike: true })
    const made: unknown[] = []
    const note = (part: unknown): unknown => {
      made.push(part)
      return part
    }
    /** `seen` has null for the leaves that are hidden. */
    const first = (node: StateShape, seen: readonly (L | null)[]): unknown => {
      switch (node.kind) {
        case 'tuple':
          return Object.freeze(node.parts.map((part) => first(part, seen)))
        case 'hidden':
          return first(node.part, narrowed(seen, node.scope, skeleton))
        case 'opaque': {
          const state = note(
            node.owned<L>(`the state of ${node.of}`, make.copied, all, node.init(buildTree(skeleton, seen))),
          )
          node.refuse?.(node.of, state)
          return state
        }
        case 'record': {
          const record: Record<string, unknown> = {}
          for (const [name, part] of Object.entries(node.parts)) record[name] = first(part, seen)
          for (const [name, slot] of Object.entries(node.slots))
            record[name] = note(firstSlot(make, skeleton, seen, slot))
          return Object.freeze({ ...record, ...node.host })
        }
      }
    }
    try {
      return first(shape, all)
    } catch (error) {
      make.release?.(made, params)
      throw error
    }
  }

/** What of the leaves that are seen a scope leaves: null takes the place of the others. */
export const narrowed = <L>(seen: readonly L[], scope: Scope, skeleton: Skeleton): readonly (L | null)[] => {
  const included = scope?.includes(skeleton)
  return included === undefined ? seen : seen.map((leaf, i) => (included[i] === true ? leaf : null))
}

const firstSlot = <L extends Leaf>(
  make: LeafMaker<L>,
  skeleton: Skeleton,
  seen: readonly (L | null)[],
  { per, start }: Slot,
): unknown => {
  const number = () => make.filled([], start === 'param' ? 0 : start, 'float32')
  if (per === 'tree') return number()
  return buildTree(
    skeleton,
    seen.map((leaf) =>
      leaf === null
        ? null
        : start === 'param'
          ? make.copied(leaf)
          : per === 'leaf'
            ? number()
            : make.filled(leaf.shape, start, leaf.dtype),
    ),
  )
}
