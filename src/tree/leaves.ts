/** @internal */
import { listed } from '../scalars/listed.js'
import { type BuiltTree, builtTrees } from './builtTrees.js'
import { cutFrame, cutRecord, hasPaths } from './cutKeys.js'
import type { Frame, Skeleton } from './Frame.js'
import { notTrained } from './notTrained.js'
import { alike, dtypeAt, isPlain, join, shapeAt, spell, spellLeaf } from './Skeleton.js'
import { isLeaf, type Leaf } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

/** How strictly the leaves of one tree must match those of another. */
export interface Match {
  /** Names the tree in errors. */
  readonly where: string
  /** Whether a leaf may be `null` where the skeleton has a tensor. */
  readonly nullable: boolean
  /** Whether shape and dtype must be those of the skeleton; slots kept per leaf are of another shape. */
  readonly alike: boolean
  /** Whether it holds gradients: a leaf that is not float32 has none. */
  readonly trains?: boolean
}

/** The leaves of a tree in the order of a skeleton, joined by path. Throws `TreeMismatch` where they differ.
 *  Trees that this library built are remembered by identity, so a second join of the same tree is one look-up. */
export const leavesOf = <L extends Leaf>(skeleton: Skeleton, tree: unknown, match: Match): readonly (L | null)[] => {
  const known = typeof tree === 'object' && tree !== null ? builtTrees.of(tree) : undefined
  // A built tree holds the leaves that `buildTree` was given; their type is the reader's, as for any tree it passes in.
  if (known?.skeleton === skeleton && matches(known, match)) return known.leaves as readonly (L | null)[]
  const leaves = new Array<L | null>(skeleton.paths.length).fill(null)
  collect(skeleton, skeleton.frame, tree, '', match, leaves)
  return leaves
}

/** The tree of a skeleton with the given leaves; frozen, and remembered by identity. */
export const buildTree = (skeleton: Skeleton, leaves: readonly (Leaf | null)[]): unknown =>
  build(skeleton.frame, leaves, remembered(skeleton, leaves))

/** `buildTree`, where another tree of the skeleton is known: containers none of whose leaves differ are the same objects.
 *  Where a state has leaves for one group of many, most of it is. */
export const rebuildTree = (skeleton: Skeleton, old: unknown, leaves: readonly (Leaf | null)[]): unknown => {
  const known = typeof old === 'object' && old !== null ? builtTrees.of(old) : undefined
  if (known?.skeleton !== skeleton) return buildTree(skeleton, leaves)
  const differs = (leaf: Leaf | null, i: number): boolean => leaf !== (known.leaves[i] ?? null)
  const first = leaves.findIndex(differs)
  if (first < 0) return old
  const last = leaves.findLastIndex(differs)
  // Mostly every leaf is another one, and there is nothing to share.
  if (first === 0 && last === leaves.length - 1) return buildTree(skeleton, leaves)
  return rebuild(skeleton.frame, old, leaves, first, last, remembered(skeleton, leaves))
}

/** Copies the containers that have leaves between the first and the last. */
const rebuild = (
  frame: Frame,
  old: unknown,
  leaves: readonly (Leaf | null)[],
  first: number,
  last: number,
  known?: BuiltTree,
): unknown => {
  if (frame.kind === 'nothing' || frame.kind === 'leaf') return build(frame, leaves)
  const [begin, end] = spanOf(frame)
  if (end <= first || last < begin) return old
  const children = old as Readonly<Record<string | number, unknown>> // built on the same frame
  if (frame.kind === 'list')
    return finished(
      frame.items.map((item, i) => rebuild(item, children[i], leaves, first, last)),
      known,
    )
  const record: Record<string, unknown> = {}
  frame.keys.forEach((key, i) => {
    record[key] = rebuild(frame.items[i] ?? nothing, children[key], leaves, first, last)
  })
  return finished(record, known)
}

/** The leaves below a container: from the first, to before the last. Leaves are numbered in the order of frames. */
const spanOf = (frame: Frame): readonly [begin: number, end: number] => {
  if (frame.kind === 'nothing') return [Number.POSITIVE_INFINITY, 0]
  if (frame.kind === 'leaf') return [frame.index, frame.index + 1]
  const known = spans.get(frame)
  if (known !== undefined) return known
  const below = frame.items.map(spanOf)
  const span = [Math.min(...below.map(([begin]) => begin)), Math.max(0, ...below.map(([, end]) => end))] as const
  spans.set(frame, span)
  return span
}

const spans = new WeakMap<Frame, readonly [begin: number, end: number]>()

const remembered = (skeleton: Skeleton, leaves: readonly (Leaf | null)[]): BuiltTree => {
  let known: { readonly whole: boolean; readonly alike: boolean } | undefined
  return {
    skeleton,
    leaves,
    fits: (nullable) => {
      known ??= {
        whole: !leaves.includes(null),
        alike: leaves.every((leaf, i) => leaf === null || alike(leaf, shapeAt(skeleton, i), dtypeAt(skeleton, i))),
      }
      return known.alike && (nullable || known.whole)
    },
  }
}

const matches = (known: BuiltTree, match: Match): boolean =>
  match.alike ? known.fits(match.nullable) : match.nullable || !known.leaves.includes(null)

/** `known` is remembered with the container itself, and not with those in it. */
const build = (frame: Frame, leaves: readonly (Leaf | null)[], known?: BuiltTree): unknown => {
  switch (frame.kind) {
    case 'nothing':
      return null
    case 'leaf':
      return leaves[frame.index] ?? null
    case 'list':
      return finished(
        frame.items.map((item) => build(item, leaves)),
        known,
      )
    case 'record': {
      const record: Record<string, unknown> = {}
      // keys and items go by twos, here and below
      for (let i = 0; i < frame.keys.length; i++) record[frame.keys[i] ?? ''] = build(frame.items[i] ?? nothing, leaves)
      return finished(record, known)
    }
  }
}

const finished = (container: object, known: BuiltTree | undefined): unknown =>
  Object.freeze(known === undefined ? container : builtTrees.on(container, known))

const nothing: Frame = { kind: 'nothing' }

const collect = <L extends Leaf>(
  skeleton: Skeleton,
  frame: Frame,
  node: unknown,
  path: string,
  match: Match,
  leaves: (L | null)[],
): void => {
  switch (frame.kind) {
    case 'nothing':
      if (node !== null) throw mismatch(match, path, 'null, because the parameters have nothing here', node)
      return
    case 'leaf': {
      if (node === null && match.nullable) return
      if (match.trains === true && dtypeAt(skeleton, frame.index) !== 'float32')
        throw notTrained(match.where, skeleton, frame.index, node)
      if (
        !isLeaf(node) ||
        (match.alike && !alike(node, shapeAt(skeleton, frame.index), dtypeAt(skeleton, frame.index)))
      )
        throw mismatch(match, path, expectedLeaf(skeleton, frame.index, match), node)
      leaves[frame.index] = node as L // the caller names the leaf type of the tree that it passes in
      return
    }
    case 'list': {
      if (!Array.isArray(node) || node.length !== frame.items.length)
        throw mismatch(match, path, `an array of ${frame.items.length}`, node)
      for (let i = 0; i < frame.items.length; i++)
        collect(skeleton, frame.items[i] ?? nothing, node[i], join(path, i), match, leaves)
      return
    }
    case 'record': {
      if (typeof node !== 'object' || node === null || Array.isArray(node) || isLeaf(node))
        throw mismatch(match, path, recordWith(frame.keys), node)
      const record = node as Readonly<Record<string, unknown>> // checked above: an object that is no array and no leaf
      if (differ(frame.keys, record) && (hasPaths(frame.keys) || hasPaths(Object.keys(record)))) {
        const place = { where: match.where, path }
        collect(skeleton, cutFrame(frame, place), cutRecord(node, place), path, match, leaves)
        return
      }
      for (let i = 0; i < frame.keys.length; i++) {
        const key = frame.keys[i] ?? '' // inside
        if (!Object.hasOwn(record, key))
          throw isPlain(record)
            ? mismatch(match, join(path, key), 'the same keys as the parameters', undefined)
            : mismatch(match, path, recordWith(frame.keys), node)
        collect(skeleton, frame.items[i] ?? nothing, record[key], join(path, key), match, leaves)
      }
      const [symbol] = Object.getOwnPropertySymbols(record)
      if (symbol !== undefined)
        throw new TreeMismatch({
          where: match.where,
          path,
          expected: 'keys that are strings, as those of the parameters are',
          found: `the key ${String(symbol)}`,
          hint: 'What lies under a symbol has no path: use a string, or leave it out.',
        })
      const keys = Object.keys(record)
      if (keys.length === frame.keys.length) return
      for (const key of keys)
        if (!frame.keys.includes(key))
          throw mismatch(match, join(path, key), 'nothing, because the parameters have no such key', record[key])
    }
  }
}

/** Whether a record has other keys; what lies under a symbol is told of elsewhere. */
const differ = (keys: readonly string[], record: Readonly<Record<string, unknown>>): boolean =>
  (Object.keys(record).length !== keys.length || !keys.every((key) => Object.hasOwn(record, key))) &&
  Object.getOwnPropertySymbols(record).length === 0

const expectedLeaf = (skeleton: Skeleton, index: number, { alike: strict, nullable }: Match): string =>
  strict ? `${spellLeaf(skeleton, index)}${nullable ? ' (or null)' : ''}` : 'a tensor'

const recordWith = (keys: readonly string[]): string =>
  `a record with the keys ${listed(keys.map((key) => JSON.stringify(key)))}`

const mismatch = ({ where }: Match, path: string, expected: string, found: unknown): TreeMismatch =>
  new TreeMismatch({
    where,
    path,
    expected,
    found: spell(found),
    hint: 'Trees are joined by path and never broadcast: give it the structure, shapes and dtypes of the parameters.',
  })
