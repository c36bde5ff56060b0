import { type At, type Found, holds, missing, type Path, pathGiven } from './treeGet.js'
import { isLeaf } from './Tree.js'

/** The same tree or state with another value at a path: how a number in a state is changed.
 *
 *  @throws `RangeError` naming the path that is not there; `TypeError` where a leaf of another shape or dtype, or a
 *    value of another kind, would take the place of what is there.
 *  @laws set what is there: nothing changes; get after set is what was set; the last set wins; beside the path
 *    everything is the same object.
 *  @reference optax.tree.set
 *  @example treeSet({ count: 3, params }, ['count'], 0).count   // 0 */
export const treeSet = <const K extends Path, T>(tree: T, path: K & Found<T, K>, value: NoInfer<At<T, K>>): T =>
  put(tree, pathGiven('treeSet', path), 0, value) as T // of the same type at every place

const put = (node: unknown, path: Path, i: number, value: unknown): unknown => {
  const key = path[i]
  if (key === undefined) return fitting(node, path, value)
  if (typeof node !== 'object' || node === null || isLeaf(node) || !holds(node, key))
    throw missing('treeSet', node, path, i)
  const before = (node as Readonly<Record<string | number, unknown>>)[key] // an object that has the key
  const after = put(before, path, i + 1, value)
  if (Object.is(before, after)) return node
  return Object.freeze(
    Array.isArray(node)
      ? node.map((item: unknown, k) => (k === Number(key) ? after : item))
      : { ...node, [key]: after },
  )
}

const fitting = (old: unknown, path: Path, value: unknown): unknown => {
  const [a, b] = [kindOf(old), kindOf(value)]
  if (a !== b)
    throw new TypeError(
      `treeSet: at ${path.join('/') || 'the root'} there is ${a}, which ${b} cannot replace. Pass ${a}.`,
    )
  return value
}

const kindOf = (value: unknown): string =>
  isLeaf(value)
    ? `a tensor of shape [${value.shape.join(', ')}] and dtype ${value.dtype}`
    : value === null
      ? 'null'
      : Array.isArray(value)
        ? `an array of ${value.length}`
        : typeof value === 'object'
          ? 'a record'
          : `a ${typeof value}`
