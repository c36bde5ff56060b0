import { isLeaf } from './Tree.js'
import type { Path } from './treeGet.js'

/** A value found by its name. */
export interface Found {
  readonly path: Path
  readonly value: unknown
}

/** Everything under a name anywhere in a tree or a state, with the paths that `treeGet` and `treeSet` take.
 *
 *  @laws in the order of the tree; what lies below something found is searched too; none found is an empty list.
 *  @reference optax.tree.get_all_with_path
 *  @example treeGetAllWithPath({ a: { count: 1 }, b: [{ count: 2 }] }, 'count')   // paths a/count and b/0/count */
export const treeGetAllWithPath = (tree: unknown, name: string): readonly Found[] => below(tree, name, [])

const below = (node: unknown, name: string, path: Path): readonly Found[] => {
  if (typeof node !== 'object' || node === null || isLeaf(node)) return []
  return Object.entries(node).flatMap(([key, value]: readonly [string, unknown]) => {
    const here = [...path, Array.isArray(node) ? Number(key) : key]
    return [...(key === name && !Array.isArray(node) ? [{ path: here, value }] : []), ...below(value, name, here)]
  })
}
