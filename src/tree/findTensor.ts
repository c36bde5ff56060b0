/** @internal */
import { builtTrees } from './builtTrees.js'
import { separator, type Skeleton, pathAt } from './Skeleton.js'
import { isLeaf, type Leaf } from './Tree.js'

/** The keys that lead to the first tensor of a kind in a value made of records, arrays, numbers and `null`. Nothing is
 *  allocated unless there is one: every step asks. */
export const findTensor = (value: unknown, wanted: (leaf: Leaf) => boolean): readonly string[] | undefined => {
  const known = builtTrees.of(value)
  if (known !== undefined) {
    for (let i = 0; i < known.leaves.length; i++) {
      const leaf = known.leaves[i] ?? null
      if (leaf !== null && wanted(leaf)) return keysOf(pathAt(known.skeleton, i))
    }
    return undefined
  }
  if (isLeaf(value)) return wanted(value) ? [] : undefined
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) return undefined
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = findTensor(value[i], wanted)
      if (found !== undefined) return [String(i), ...found]
    }
    return undefined
  }
  const record = value as Readonly<Record<string, unknown>> // what is no leaf and no array is read by key
  for (const key in record) {
    const found = findTensor(record[key], wanted)
    if (found !== undefined) return [key, ...found]
  }
  return undefined
}

const keysOf = (path: string): readonly string[] => (path === '' ? [] : path.split(separator))

/** Where keys lead, as errors say it: `state.inner.0.mu: at dense/kernel`. */
export const placeOf = (where: string, keys: readonly string[], skeleton: Skeleton): string => {
  const [tree, path] = placeIn(where, keys, skeleton)
  return `${tree}: at ${path || 'the root'}`
}

/** Where keys lead: the name of a tree, and a path in it. The path of a parameter is the end of it. */
export const placeIn = (
  where: string,
  keys: readonly string[],
  { paths }: Skeleton,
): readonly [where: string, path: string] => {
  const from = keys.findIndex((_, i) => paths.includes(keys.slice(i).join(separator)))
  const place = from < 0 ? keys.length : from
  return [[where, ...keys.slice(0, place)].join('.'), keys.slice(place).join(separator)]
}
