/** @internal */
import { listed } from '../scalars/listed.js'
import { must } from '../scalars/must.js'
import { boundedMemory } from './boundedMemory.js'
import { builtTrees } from './builtTrees.js'
import { cutKeys, hasPaths } from './cutKeys.js'
import { type Frame, isList, type Skeleton } from './Frame.js'
import { isNotOnBackend, notOnBackend } from './notOnBackend.js'
import { separator } from './separator.js'
import { isLeaf, isRecord, type Leaf } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

export type { Skeleton } from './Frame.js'
export { separator } from './separator.js'

/** The path of a leaf; that of a tree which is one leaf is empty. */
export const pathAt = ({ paths }: Skeleton, leaf: number): string => must(paths[leaf], 'path')

/** The shape of a leaf. */
export const shapeAt = ({ shapes }: Skeleton, leaf: number): readonly number[] => must(shapes[leaf], 'shape')

/** The dtype of a leaf. */
export const dtypeAt = ({ dtypes }: Skeleton, leaf: number): string => must(dtypes[leaf], 'dtype')

/** What a leaf is, in words for an error. */
export const spellLeaf = (skeleton: Skeleton, leaf: number): string =>
  spell({ shape: shapeAt(skeleton, leaf), dtype: dtypeAt(skeleton, leaf) })

/** The skeleton of a tree of parameters. Throws `TreeMismatch` for hostile keys and for what is no tree. */
export const skeletonOf = (tree: unknown, where: string): Skeleton => {
  if (typeof tree !== 'object' || tree === null) return intern(read(tree, where))
  const known = builtTrees.of(tree)
  // A tree built on a skeleton may have fewer leaves than it, or others: then it is read as it is.
  if (known !== undefined && !known.leaves.includes(null) && known.alike()) return known.skeleton
  const last = seen.get(tree)
  if (last !== undefined && fits(last, last.frame, tree)) return last
  const skeleton = intern(read(tree, where))
  seen.set(tree, skeleton)
  return skeleton
}

/** The last skeletons of trees that others built and may have changed since: to be checked again, which is cheaper than
 *  reading. */
const seen = new WeakMap<object, Skeleton>()

const fits = (skeleton: Skeleton, frame: Frame, node: unknown): boolean => {
  if (frame === null) return node === null
  if (typeof frame === 'number') return isLeaf(node) && alikeAt(skeleton, frame, node)
  if (isList(frame))
    return (
      Array.isArray(node) && node.length === frame.length && frame.every((item, i) => fits(skeleton, item, node[i]))
    )
  if (!isRecord(node)) return false
  const keys = Object.keys(node)
  const items = Object.entries(frame)
  return (
    items.length === keys.length && items.every(([key, item], i) => keys[i] === key && fits(skeleton, item, node[key]))
  )
}

/** Whether a leaf has the shape and dtype of a skeleton's. */
export const alikeAt = (skeleton: Skeleton, index: number, leaf: Leaf): boolean =>
  alike(leaf, shapeAt(skeleton, index), dtypeAt(skeleton, index))

/** Whether a leaf has the given shape and dtype. */
export const alike = (leaf: Leaf, shape: readonly number[], dtype: string): boolean => {
  if (leaf.dtype !== dtype || leaf.shape.length !== shape.length) return false
  for (let i = 0; i < shape.length; i++) if (leaf.shape[i] !== shape[i]) return false
  return true
}

/** The path of what lies under a key. */
export const join = (path: string, key: string | number): string =>
  path === '' ? `${key}` : `${path}${separator}${key}`

/** Keys that mean something to JavaScript itself. */
const hostile: readonly string[] = ['__proto__', 'constructor', 'prototype']

/** Trees of parameters are a few levels deep; beyond this something holds itself, or was built by mistake. */
const deepest = 512

const read = (tree: unknown, where: string): Skeleton => {
  const paths: string[] = []
  const shapes: (readonly number[])[] = []
  const dtypes: string[] = []
  const frameOf = (node: unknown, path: string, above: readonly unknown[]): Frame => {
    if (above.length > deepest)
      throw noTree(where, `${shortened(path, 3)}/…`, `at most ${deepest} levels`, `more, ${spell(node)}`)
    if (node === null) return null
    if (isLeaf(node)) {
      if (isNotOnBackend(node)) throw notOnBackend(where, path, node)
      shapes.push([...node.shape])
      dtypes.push(node.dtype)
      return paths.push(path) - 1
    }
    const first = above.indexOf(node)
    if (first >= 0) {
      const place = shortened(path, first) || 'the root'
      throw noTree(where, path, 'a tree', `the very object that lies at ${place}, which so holds itself`)
    }
    const here = [...above, node]
    // `Array.from` sees the holes that `map` leaves out.
    if (Array.isArray(node)) return Array.from<unknown, Frame>(node, (child, i) => frameOf(child, join(path, i), here))
    if (!isRecord(node) || !isPlain(node))
      throw noTree(where, path, 'a tensor, null, a plain record or an array', spell(node))
    const keys = Object.keys(node)
    for (const key of keys) {
      // One with separators is a path: `{ 'a/b': x }` is `{ a: { b: x } }` wherever trees are joined, named or chosen
      // from, and stays as it is written in what comes back.
      const parts = key.split(separator)
      const expected =
        key === ''
          ? 'keys of at least one character'
          : parts.some((part) => hostile.includes(part))
            ? 'keys that mean nothing to JavaScript itself'
            : parts.includes('')
              ? `keys with something on both sides of each "${separator}", which separates the keys of a path`
              : parts.length > deepest
                ? `at most ${deepest} levels`
                : undefined
      if (expected !== undefined)
        throw new TreeMismatch({
          where,
          path,
          expected,
          found: key === '' ? 'an empty key' : `the key ${JSON.stringify(key)}`,
          hint: 'Rename the key.',
        })
    }
    refuseSymbols(where, path, node, 'keys that are strings')
    const frame = Object.fromEntries(keys.map((key) => [key, frameOf(node[key], join(path, key), here)]))
    if (hasPaths(keys)) refuseClashes(frame, where, path)
    return frame
  }
  return { frame: frameOf(tree, '', []), paths, shapes, dtypes }
}

/** Refuses what cannot be nested at the separator: two things at one path, and one that goes on where another ends. */
const refuseClashes = (frame: Frame, where: string, path: string): void => {
  if (typeof frame === 'number' || frame === null) return
  for (const [key, item] of Object.entries(isList(frame) ? frame : cutKeys(frame, { where, path })))
    refuseClashes(item, where, join(path, key))
}

/** Refuses what lies under a symbol, which would be lost. */
export const refuseSymbols = (where: string, path: string, record: object, expected: string): void => {
  const [symbol] = Object.getOwnPropertySymbols(record)
  if (symbol !== undefined)
    throw new TreeMismatch({
      where,
      path,
      expected,
      found: `the key ${String(symbol)}`,
      hint: 'What lies under a symbol has no path: use a string, or leave it out.',
    })
}

const noTree = (where: string, path: string, expected: string, found: string): TreeMismatch =>
  new TreeMismatch({
    where,
    path,
    expected,
    found,
    hint: 'Parameters are nested plain records and arrays of tensors.',
  })

/** The first keys of a path. */
const shortened = (path: string, keys: number): string => path.split(separator).slice(0, keys).join(separator)

/** What a value is, in words for an error. */
export const spell = (value: unknown): string =>
  value === null
    ? 'null'
    : value === undefined
      ? 'nothing'
      : isLeaf(value)
        ? `a tensor of shape [${value.shape.join(', ')}] and dtype ${value.dtype}`
        : Array.isArray(value)
          ? `an array of ${value.length}`
          : typeof value === 'object'
            ? withKeys(kindOf(value), Object.keys(value))
            : typeof value === 'string'
              ? `the string ${JSON.stringify(value)}`
              : typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
                ? `the ${typeof value} ${value}`
                : `a ${typeof value}`

const kindOf = (value: object): string =>
  // `constructor` may have been removed
  isPlain(value) ? 'a record' : `an object of class ${value.constructor?.name ?? '(none)'}`

/** A record and its keys, in words for an error. */
export const withKeys = (kind: string, keys: readonly string[]): string =>
  `${kind} with the keys ${listed(keys.map((key) => JSON.stringify(key))) || '(none)'}`

/** Whether an object is a record: of no class. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The last structures that were read. Trees that this library built hold on to theirs, remembered or not. */
const interned = boundedMemory<Skeleton>(128)

const intern = (skeleton: Skeleton): Skeleton =>
  interned(JSON.stringify([skeleton.frame, skeleton.shapes, skeleton.dtypes]), () => skeleton)
