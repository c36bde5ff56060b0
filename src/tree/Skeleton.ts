/** @internal */
import { must } from '../scalars/must.js'
import { boundedMemory } from './boundedMemory.js'
import { builtTrees } from './builtTrees.js'
import { cutFrame, hasPaths } from './cutKeys.js'
import type { Frame, Skeleton } from './Frame.js'
import { separator } from './separator.js'
import { isLeaf, type Leaf } from './Tree.js'
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
  if (known !== undefined && known.fits(false)) return known.skeleton
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
  switch (frame.kind) {
    case 'nothing':
      return node === null
    case 'leaf':
      return isLeaf(node) && alike(node, shapeAt(skeleton, frame.index), dtypeAt(skeleton, frame.index))
    case 'list':
      return (
        Array.isArray(node) &&
        node.length === frame.items.length &&
        frame.items.every((item, i) => fits(skeleton, item, node[i]))
      )
    case 'record': {
      if (typeof node !== 'object' || node === null || Array.isArray(node) || isLeaf(node)) return false
      const record = node as Readonly<Record<string, unknown>> // an object that is no array and no leaf
      const keys = Object.keys(record)
      return (
        keys.length === frame.keys.length &&
        frame.keys.every(
          (key, i) => keys[i] === key && fits(skeleton, frame.items[i] ?? { kind: 'nothing' }, record[key]),
        )
      )
    }
  }
}

/** Whether a leaf has the given shape and dtype. */
export const alike = (leaf: Leaf, shape: readonly number[], dtype: string): boolean => {
  if (leaf.dtype !== dtype || leaf.shape.length !== shape.length) return false
  for (let i = 0; i < shape.length; i++) if (leaf.shape[i] !== shape[i]) return false
  return true
}

/** The path of what lies under a key. */
export const join = (path: string, key: string | number): string =>
  path === '' ? `${key}` : `${path}${separator}${key}`

/** What a key must be, where it is not that. One with separators is a path: `{ 'a/b': x }` is `{ a: { b: x } }` wherever
 *  trees are joined, named or chosen from, and stays as it is written in what comes back. */
const hostile = (key: string): string | undefined => {
  if (key === '') return 'keys of at least one character'
  const parts = key.split(separator)
  return parts.some((part) => part === '__proto__' || part === 'constructor' || part === 'prototype')
    ? 'keys that mean nothing to JavaScript itself'
    : parts.includes('')
      ? `keys with something on both sides of each "${separator}", which separates the keys of a path`
      : parts.length > deepest
        ? `at most ${deepest} levels`
        : undefined
}

/** Trees of parameters are a few levels deep; beyond this something holds itself, or was built by mistake. */
const deepest = 512

const read = (tree: unknown, where: string): Skeleton => {
  const paths: string[] = []
  const shapes: (readonly number[])[] = []
  const dtypes: string[] = []
  const above: unknown[] = []
  let withPaths = false
  const frame = (node: unknown, path: string): Frame => {
    if (above.length > deepest) throw tooDeep(where, path, above, node)
    above.push(node)
    const made = frameOf(node, path)
    above.pop()
    return made
  }
  const frameOf = (node: unknown, path: string): Frame => {
    if (node === null) return { kind: 'nothing' }
    if (isLeaf(node)) {
      shapes.push([...node.shape])
      dtypes.push(node.dtype)
      return { kind: 'leaf', index: paths.push(path) - 1 }
    }
    // `Array.from` sees the holes that `map` leaves out.
    if (Array.isArray(node))
      return { kind: 'list', items: Array.from<unknown, Frame>(node, (child, i) => frame(child, join(path, i))) }
    if (typeof node !== 'object' || !isPlain(node))
      throw new TreeMismatch({
        where,
        path,
        expected: 'a tensor, null, a plain record or an array',
        found: spell(node),
        hint: 'Parameters are nested plain records and arrays of tensors.',
      })
    const keys = Object.keys(node)
    withPaths ||= hasPaths(keys)
    for (const key of keys) {
      const expected = hostile(key)
      if (expected !== undefined)
        throw new TreeMismatch({
          where,
          path,
          expected,
          found: key === '' ? 'an empty key' : `the key ${JSON.stringify(key)}`,
          hint: 'Rename the key.',
        })
    }
    const [symbol] = Object.getOwnPropertySymbols(node)
    if (symbol !== undefined)
      throw new TreeMismatch({
        where,
        path,
        expected: 'keys that are strings',
        found: `the key ${String(symbol)}`,
        hint: 'What lies under a symbol has no path: use a string.',
      })
    const entries: Readonly<Record<string, unknown>> = { ...node }
    return { kind: 'record', keys, items: keys.map((key) => frame(entries[key], join(path, key))) }
  }
  const made = frame(tree, '')
  if (withPaths) refuseClashes(made, where, '')
  return { frame: made, paths, shapes, dtypes }
}

/** Refuses what cannot be nested at the separator: two things at one path, and one that goes on where another ends. */
const refuseClashes = (frame: Frame, where: string, path: string): void => {
  if (frame.kind === 'list') frame.items.forEach((item, i) => refuseClashes(item, where, join(path, i)))
  if (frame.kind !== 'record') return
  const cut = hasPaths(frame.keys) ? cutFrame(frame, { where, path }) : frame
  if (cut.kind === 'record')
    cut.items.forEach((item, i) => refuseClashes(item, where, join(path, must(cut.keys[i], 'key'))))
}

const tooDeep = (where: string, path: string, above: readonly unknown[], node: unknown): TreeMismatch => {
  const keys = path.split(separator)
  const at = (depth: number): string => keys.slice(0, depth).join(separator)
  const hint = 'Parameters are nested plain records and arrays of tensors.'
  const again = above.findIndex((one, i) => above.indexOf(one) < i)
  if (again < 0)
    return new TreeMismatch({
      where,
      path: `${at(3)}/…`,
      expected: `at most ${deepest} levels`,
      found: `more, ${spell(node)}`,
      hint,
    })
  const first = at(above.indexOf(above[again])) || 'the root'
  const found = `the very object that lies at ${first}, which so holds itself`
  return new TreeMismatch({ where, path: at(again), expected: 'a tree', found, hint })
}

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
            ? `${kindOf(value)} with the keys ${
                Object.keys(value)
                  .map((k) => JSON.stringify(k))
                  .join(', ') || '(none)'
              }`
            : typeof value === 'string'
              ? `the string ${JSON.stringify(value)}`
              : typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
                ? `the ${typeof value} ${value}`
                : `a ${typeof value}`

const kindOf = (value: object): string =>
  // `constructor` may have been removed
  isPlain(value) ? 'a record' : `an object of class ${value.constructor?.name ?? '(none)'}`

/** Whether an object is a record: of no class. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The last structures that were read. Trees that this library built hold on to theirs, remembered or not. */
const interned = boundedMemory<Skeleton>(128)

const intern = (skeleton: Skeleton): Skeleton =>
  interned(JSON.stringify([skeleton.frame, skeleton.shapes, skeleton.dtypes]), () => skeleton)
