/** @internal */
import { type BuiltTree, builtTrees } from './builtTrees.js'
import { cutKeys, hasPaths } from './cutKeys.js'
import { type Frame, isList, type Skeleton } from './Frame.js'
import { isNotOnBackend, notOnBackend } from './notOnBackend.js'
import { notTrained } from './notTrained.js'
import { alikeAt, dtypeAt, isPlain, join, refuseSymbols, spell, spellLeaf, withKeys } from './Skeleton.js'
import { isLeaf, isRecord, type Leaf } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

/** How strictly the leaves of one tree must match those of another. */
export interface Match {
  /** Names the tree in errors. */
  readonly where: string
  /** Whether a leaf may be `null` where the skeleton has a tensor. */
  readonly nullable: boolean
  /** Whether shape and dtype must be those of the skeleton; slots kept per leaf are of another shape. */
  readonly alike: boolean
  /** Whether it holds gradients or updates: integers and booleans are not trained, on any backend, so that executors meet
   *  none. */
  readonly trains?: boolean
}

/** The leaves of a tree in the order of a skeleton, joined by path. Throws `TreeMismatch` where they differ.
 *  Trees that this library built are remembered by identity, so a second join of the same tree is one look-up. */
export const leavesOf = <L extends Leaf>(skeleton: Skeleton, tree: unknown, match: Match): readonly (L | null)[] => {
  const known = builtTrees.of(tree)
  if (
    known?.skeleton === skeleton &&
    (match.nullable || !known.leaves.includes(null)) &&
    (!match.alike || known.alike()) &&
    (match.trains !== true || skeleton.dtypes.every(isTrained))
  )
    // It holds the leaves that `buildTree` was given; their type is the reader's, as for any tree it passes in.
    return known.leaves as readonly (L | null)[]
  const leaves = new Array<L | null>(skeleton.paths.length).fill(null)
  collect(skeleton, skeleton.frame, tree, '', match, leaves)
  return leaves
}

const isTrained = (dtype: string): boolean => dtype === 'float32'

/** The tree of a skeleton with the given leaves; frozen, and remembered by identity. */
export const buildTree = (skeleton: Skeleton, leaves: readonly (Leaf | null)[]): unknown =>
  build(skeleton.frame, leaves, remembered(skeleton, leaves))

/** `buildTree`, where another tree of the skeleton is known: containers none of whose leaves differ are the same objects.
 *  Where a state has leaves for one group of many, most of it is. */
export const rebuildTree = (skeleton: Skeleton, old: unknown, leaves: readonly (Leaf | null)[]): unknown => {
  const known = builtTrees.of(old)
  if (known?.skeleton !== skeleton) return buildTree(skeleton, leaves)
  const differs = (leaf: Leaf | null, i: number): boolean => leaf !== known.leaves[i]
  const first = leaves.findIndex(differs)
  if (first < 0) return old
  const last = leaves.findLastIndex(differs)
  // Mostly every leaf is another one, and there is nothing to share.
  const shared = first > 0 || last < leaves.length - 1 ? { old, first, last } : undefined
  return build(skeleton.frame, leaves, remembered(skeleton, leaves), shared)
}

const remembered = (skeleton: Skeleton, leaves: readonly (Leaf | null)[]): BuiltTree => {
  let known: boolean | undefined
  return {
    skeleton,
    leaves,
    alike: () => (known ??= leaves.every((leaf, i) => leaf === null || alikeAt(skeleton, i, leaf))),
  }
}

/** What was built on a frame before, and between which leaves what is built now differs from it. */
interface Shared {
  readonly old: unknown
  readonly first: number
  readonly last: number
}

/** `known` is remembered with the container itself, and not with those in it. */
const build = (frame: Frame, leaves: readonly (Leaf | null)[], known?: BuiltTree, shared?: Shared): unknown => {
  if (frame === null) return null
  if (typeof frame === 'number') return leaves[frame] ?? null
  if (shared !== undefined && !reaches(frame, shared)) return shared.old
  if (isList(frame))
    return finished(
      frame.map((item, i) => build(item, leaves, undefined, shared && childOf(shared, i))),
      known,
    )
  const record: Record<string, unknown> = {}
  for (const key in frame) record[key] = build(frame[key] ?? null, leaves, undefined, shared && childOf(shared, key))
  return finished(record, known)
}

const finished = (container: object, known: BuiltTree | undefined): unknown =>
  Object.freeze(known === undefined ? container : builtTrees.on(container, known))

const childOf = ({ old, first, last }: Shared, key: string | number): Shared => ({
  old: (old as Readonly<Record<string | number, unknown>>)[key], // a container, built on the same frame
  first,
  last,
})

/** Whether a container has leaves between the first and the last. Leaves are numbered in the order of frames. */
const reaches = (frame: Frame & object, { first, last }: Shared): boolean => {
  const numbers = spans.get(frame) ?? numbersIn(frame)
  spans.set(frame, numbers)
  return (numbers[0] ?? Number.POSITIVE_INFINITY) <= last && (numbers.at(-1) ?? -1) >= first
}

const spans = new WeakMap<object, readonly number[]>()

const numbersIn = (frame: Frame): readonly number[] =>
  frame === null ? [] : typeof frame === 'number' ? [frame] : Object.values(frame).flatMap(numbersIn)

const collect = <L extends Leaf>(
  skeleton: Skeleton,
  frame: Frame,
  node: unknown,
  path: string,
  match: Match,
  leaves: (L | null)[],
): void => {
  if (frame === null) {
    if (node !== null) throw mismatch(match, path, 'null, because the parameters have nothing here', node)
  } else if (typeof frame === 'number') {
    if (node === null && match.nullable) return
    if (match.trains === true && !isTrained(dtypeAt(skeleton, frame)))
      throw notTrained(match.where, skeleton, frame, node)
    if (!isLeaf(node) || (match.alike && !alikeAt(skeleton, frame, node)))
      throw mismatch(match, path, expectedLeaf(skeleton, frame, match), node)
    if (isNotOnBackend(node)) throw notOnBackend(match.where, path, node)
    leaves[frame] = node as L // the caller names the leaf type of the tree that it passes in
  } else if (isList(frame)) {
    if (!Array.isArray(node) || node.length !== frame.length)
      throw mismatch(match, path, `an array of ${frame.length}`, node)
    for (let i = 0; i < frame.length; i++) collect(skeleton, frame[i] ?? null, node[i], join(path, i), match, leaves)
  } else {
    const keys = Object.keys(frame)
    if (!isRecord(node)) throw mismatch(match, path, withKeys('a record', keys), node)
    const found = Object.keys(node)
    const missing = keys.find((key) => !Object.hasOwn(node, key))
    if ((missing !== undefined || found.length !== keys.length) && hasPaths([...keys, ...found])) {
      refuseSymbols(match.where, path, node, ownKeys)
      const place = { where: match.where, path }
      return collect(skeleton, cutKeys(frame, place), cutKeys(node, place), path, match, leaves)
    }
    for (const key of keys) {
      if (key === missing)
        throw isPlain(node)
          ? mismatch(match, join(path, key), 'the same keys as the parameters', undefined)
          : mismatch(match, path, withKeys('a record', keys), node)
      collect(skeleton, frame[key] ?? null, node[key], join(path, key), match, leaves)
    }
    refuseSymbols(match.where, path, node, ownKeys)
    if (found.length > keys.length)
      for (const key of found)
        if (!Object.hasOwn(frame, key))
          throw mismatch(match, join(path, key), 'nothing, because the parameters have no such key', node[key])
  }
}

const ownKeys = 'keys that are strings, as those of the parameters are'

const expectedLeaf = (skeleton: Skeleton, index: number, { alike: strict, nullable }: Match): string =>
  strict ? `${spellLeaf(skeleton, index)}${nullable ? ' (or null)' : ''}` : 'a tensor'

const mismatch = ({ where }: Match, path: string, expected: string, found: unknown): TreeMismatch =>
  new TreeMismatch({
    where,
    path,
    expected,
    found: spell(found),
    hint: 'Trees are joined by path and never broadcast: give it the structure, shapes and dtypes of the parameters.',
  })
