/** @internal */

import { leafName } from '../state/tensorNames.js'
import { separator, type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** The structure of the parameters in a file: that of other parameters where the names are theirs, else what the names
 *  say, in which a list is what has the keys 0, 1, 2, …. */
export const fileSkeleton = (params: ReadonlyMap<string, Leaf>, like: Skeleton): Skeleton =>
  params.size === like.paths.length && like.paths.every((path) => params.has(leafName(path)))
    ? like
    : skeletonOf(treeOf([...params].map(([name, leaf]) => [name.split(separator), leaf])), 'the file')

const treeOf = (entries: readonly (readonly [keys: readonly string[], leaf: Leaf])[]): unknown => {
  const groups = new Map<string, (readonly [readonly string[], Leaf])[]>()
  const own = new Map<string, Leaf>()
  for (const [[key = '', ...rest], leaf] of entries) {
    const group = groups.get(key)
    if (rest.length === 0) own.set(key, leaf)
    else if (group === undefined) groups.set(key, [[rest, leaf]])
    else group.push([rest, leaf])
  }
  const children = new Map<string, unknown>([
    ...own,
    ...[...groups].map(([key, group]) => [key, treeOf(group)] as const),
  ])
  const isList = [...children.keys()].every((_, i) => children.has(String(i)))
  return isList ? Array.from(children, (_, i) => children.get(String(i))) : Object.fromEntries(children)
}
