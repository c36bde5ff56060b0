import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { trees } from '../../laws/arbitraries/trees.js'
import { isNumbers, type TreeSpec } from '../../laws/Numbers.js'
import { buildTree, leavesOf, rebuildTree, type Match } from './leaves.js'
import { skeletonOf } from './Skeleton.js'
import { isLeaf, type Leaf } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

const leaf = (...shape: readonly number[]): Leaf => ({ shape, dtype: 'float32' })
const strict: Match = { where: 'updates', nullable: false, alike: true }
const holes: Match = { ...strict, nullable: true }

const mismatch = (f: () => unknown): Partial<TreeMismatch> => {
  try {
    f()
  } catch (error) {
    if (error instanceof TreeMismatch) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** The tree of a spec, with a new leaf for each of its leaves. */
const made = (spec: TreeSpec): unknown =>
  spec === null
    ? null
    : isNumbers(spec)
      ? leaf(...spec.shape)
      : Array.isArray(spec)
        ? spec.map(made)
        : Object.fromEntries(Object.entries(spec).map(([key, child]) => [key, made(child)]))

/** The same tree with the keys of its records in the opposite order. */
const reversed = (tree: unknown): unknown =>
  tree === null || isLeaf(tree)
    ? tree
    : Array.isArray(tree)
      ? tree.map(reversed)
      : Object.fromEntries(
          Object.entries(tree as object)
            .toReversed()
            .map(([key, child]) => [key, reversed(child)]),
        )

/** The key of a container that a path begins with, which may be several of the path, and what is left of that. */
const cut = (tree: unknown, path: string): readonly [key: string, rest: string] => {
  const key = Object.keys(Object(tree)).find((one) => path === one || path.startsWith(`${one}/`)) ?? path
  return [key, path.slice(key.length + 1)]
}

const follow = (tree: unknown, path: string): unknown => {
  if (path === '') return tree
  const [key, rest] = cut(tree, path)
  return follow((tree as Readonly<Record<string, unknown>>)[key], rest)
}

/** The tree with something else at a path. */
const put = (tree: unknown, path: string, value: unknown): unknown => {
  if (path === '') return value
  const [key, rest] = cut(tree, path)
  return Array.isArray(tree)
    ? tree.map((child: unknown, i) => (String(i) === key ? put(child, rest, value) : child))
    : { ...(tree as object), [key]: put(follow(tree, key), rest, value) }
}

const frozen = (tree: unknown): boolean =>
  tree === null || isLeaf(tree) || (Object.isFrozen(tree) && Object.values(tree as object).every(frozen))

const specs = trees()

describe('trees are joined by path', () => {
  test('whatever the order of keys', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const tree = made(spec)
        const skeleton = skeletonOf(tree, 'params')
        const found = leavesOf<Leaf>(skeleton, reversed(tree), strict)
        expect(found.length).toBe(skeleton.paths.length)
        skeleton.paths.forEach((path, i) => expect(found[i]).toBe(follow(tree, path)))
      }),
    )
  })

  test('a built tree holds the same leaves at the same paths, is frozen, and is joined by one look-up', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const tree = made(spec)
        const skeleton = skeletonOf(tree, 'params')
        const leaves = leavesOf<Leaf>(skeleton, tree, strict)
        const built = buildTree(skeleton, leaves)
        expect(built).toEqual(tree)
        expect(frozen(built)).toBe(true)
        expect(skeletonOf(built, 'params')).toBe(skeleton)
        if (tree !== null && !isLeaf(tree)) expect(leavesOf<Leaf>(skeleton, built, strict)).toBe(leaves)
      }),
    )
  })

  test('equal structures have one skeleton; other shapes, dtypes, keys or orders have another', () => {
    const skeleton = skeletonOf({ a: leaf(2), b: [leaf(), null] }, 'params')
    expect(skeletonOf({ a: leaf(2), b: [leaf(), null] }, 'params')).toBe(skeleton)
    for (const other of [
      { a: leaf(3), b: [leaf(), null] },
      { a: { shape: [2], dtype: 'int32' }, b: [leaf(), null] },
      { b: [leaf(), null], a: leaf(2) },
      { a: leaf(2), b: [leaf()] },
      { a: leaf(2), b: [leaf(), leaf()] },
      { a: leaf(2), c: [leaf(), null] },
      { a: leaf(2), b: { 0: leaf(), 1: null } },
    ])
      expect(skeletonOf(other, 'params')).not.toBe(skeleton)
  })

  test('a tree that its owner changed is read again', () => {
    const tree: Record<string, unknown> = { a: leaf(2), b: leaf() }
    const before = skeletonOf(tree, 'params')
    expect(skeletonOf(tree, 'params')).toBe(before)
    const replacement = leaf(2)
    tree['a'] = replacement
    expect(skeletonOf(tree, 'params')).toBe(before)
    expect(leavesOf(before, tree, strict)[0]).toBe(replacement)
    tree['a'] = leaf(2, 1)
    expect(skeletonOf(tree, 'params').shapes).toEqual([[2, 1], []])
    tree['c'] = [leaf(4)]
    expect(skeletonOf(tree, 'params').paths).toEqual(['a', 'b', 'c/0'])
    delete tree['a']
    expect(skeletonOf(tree, 'params').paths).toEqual(['b', 'c/0'])
  })
})

describe('null', () => {
  test('in parameters nothing is here: nothing but null may be there', () => {
    const skeleton = skeletonOf({ w: leaf(2), frozen: null }, 'params')
    expect(skeleton.paths).toEqual(['w'])
    expect(leavesOf(skeleton, { w: leaf(2), frozen: null }, strict).length).toBe(1)
    expect(mismatch(() => leavesOf(skeleton, { w: leaf(2), frozen: leaf() }, strict))).toMatchObject({
      path: 'frozen',
      where: 'updates',
      found: 'a tensor of shape [] and dtype float32',
    })
  })

  test('in updates there is no gradient, where that is allowed', () => {
    const skeleton = skeletonOf({ w: leaf(2), b: leaf() }, 'params')
    const w = leaf(2)
    expect(leavesOf(skeleton, { w, b: null }, holes)).toEqual([w, null])
    expect(mismatch(() => leavesOf(skeleton, { w, b: null }, strict))).toMatchObject({ path: 'b', found: 'null' })
    expect(mismatch(() => leavesOf(skeleton, { w }, holes))).toMatchObject({ path: 'b', found: 'nothing' })
  })
})

describe('built trees are checked as any other', () => {
  const skeleton = skeletonOf({ w: leaf(2) }, 'params')

  test('a built tree of other shapes is refused, and has a skeleton of its own', () => {
    const other = buildTree(skeleton, [leaf(2, 1)])
    expect(mismatch(() => leavesOf(skeleton, other, strict))).toMatchObject({
      path: 'w',
      expected: 'a tensor of shape [2] and dtype float32',
      found: 'a tensor of shape [2, 1] and dtype float32',
    })
    expect(leavesOf(skeleton, other, { ...strict, alike: false }).length).toBe(1)
    expect(skeletonOf(other, 'params').shapes).toEqual([[2, 1]])
  })

  test('a built tree with a hole is refused where there may be none, and has a skeleton of its own', () => {
    const hole = buildTree(skeleton, [null])
    expect(leavesOf(skeleton, hole, holes)).toEqual([null])
    expect(mismatch(() => leavesOf(skeleton, hole, strict))).toMatchObject({ path: 'w', found: 'null' })
    expect(skeletonOf(hole, 'params').paths).toEqual([])
  })
})

describe('every mismatch names path, what was expected and what was found', () => {
  const params = { dense: { kernel: leaf(2, 3), bias: leaf(3) }, list: [leaf(), leaf(1)] }
  const skeleton = skeletonOf(params, 'params')
  const cases: readonly (readonly [string, unknown, string, RegExp, RegExp])[] = [
    ['a (3,1) for a (3,)', put(params, 'dense/bias', leaf(3, 1)), 'dense/bias', /shape \[3\]/, /shape \[3, 1\]/],
    ['a number for a vector of one', put(params, 'list/1', leaf()), 'list/1', /shape \[1\]/, /shape \[\]/],
    [
      'another dtype',
      put(params, 'dense/bias', { shape: [3], dtype: 'int32' }),
      'dense/bias',
      /dtype float32/,
      /dtype int32/,
    ],
    ['a missing key', { dense: { kernel: leaf(2, 3) }, list: params.list }, 'dense/bias', /same keys/, /^nothing$/],
    ['a surplus key', put(params, 'dense/extra', leaf()), 'dense/extra', /nothing, because/, /a tensor/],
    [
      'a record for a leaf',
      put(params, 'dense/bias', { x: leaf(3) }),
      'dense/bias',
      /a tensor of shape \[3\]/,
      /a record with the keys "x"/,
    ],
    [
      'a leaf for a record',
      put(params, 'dense', leaf(3)),
      'dense',
      /a record with the keys "kernel", "bias"/,
      /a tensor/,
    ],
    ['an array for a record', put(params, 'dense', [leaf()]), 'dense', /a record/, /an array of 1/],
    [
      'a record for an array',
      put(params, 'list', { 0: leaf(), 1: leaf(1) }),
      'list',
      /an array of 2/,
      /a record with the keys "0", "1"/,
    ],
    ['a longer array', put(params, 'list', [leaf(), leaf(1), leaf()]), 'list', /an array of 2/, /an array of 3/],
    ['a number', put(params, 'list/0', 1), 'list/0', /a tensor of shape \[\]/, /the number 1/],
    ['a function', put(params, 'list/0', () => 1), 'list/0', /a tensor/, /a function/],
    ['undefined', put(params, 'list/0', undefined), 'list/0', /a tensor/, /nothing/],
    ['a tensor alone', leaf(), '', /a record/, /a tensor/],
  ]
  test.each(cases)('%s', (_, tree, path, expected, found) => {
    const error = mismatch(() => leavesOf(skeleton, tree, strict))
    expect(error).toMatchObject({ name: 'TreeMismatch', where: 'updates', path })
    expect(error.expected).toMatch(expected)
    expect(error.found).toMatch(found)
    expect(error.message).toContain(path === '' ? 'updates: at the root' : `updates: at ${path}, expected`)
    expect(error.hint).toMatch(/joined by path/)
  })

  test('any one leaf of another shape is named by its path', () => {
    const withLeaves = specs.filter((spec) => skeletonOf(made(spec), 'params').paths.length > 0)
    fc.assert(
      fc.property(withLeaves, fc.nat(), (spec, which) => {
        const tree = made(spec)
        const own = skeletonOf(tree, 'params')
        const path = own.paths[which % own.paths.length] ?? ''
        const wrong = put(tree, path, leaf(7, 7))
        expect(mismatch(() => leavesOf(own, reversed(wrong), strict))).toMatchObject({
          path,
          found: 'a tensor of shape [7, 7] and dtype float32',
        })
      }),
    )
  })
})

describe('hostile trees are refused', () => {
  const withKey = (key: string): unknown => ({ a: JSON.parse(`{ ${JSON.stringify(key)}: null }`) as unknown })
  test.each(['__proto__', 'constructor', 'prototype', '', 'a//b', '/'])('the key %j', (key) => {
    const error = mismatch(() => skeletonOf(withKey(key), 'params'))
    expect(error).toMatchObject({ where: 'params', path: 'a', hint: 'Rename the key.' })
    expect(error.found).toContain(key === '' ? 'empty' : JSON.stringify(key))
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  test.each<readonly [string, unknown, RegExp]>([
    ['a number', 1, /the number 1/],
    ['a string', 'x', /the string "x"/],
    ['a Map', new Map(), /an object of class Map/],
    ['a date', new Date(0), /an object of class Date/],
    ['undefined', undefined, /nothing/],
    ['a symbol', Symbol('s'), /a symbol/],
  ])('%s', (_, value, found) => {
    const error = mismatch(() => skeletonOf({ x: [value] }, 'params'))
    expect(error).toMatchObject({ path: 'x/0' })
    expect(error.found).toMatch(found)
  })

  test('a hole in an array', () => {
    // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
    expect(mismatch(() => skeletonOf([leaf(), , leaf()], 'params'))).toMatchObject({ path: '1', found: 'nothing' })
  })

  test('keys that only look dangerous are keys', () => {
    expect(skeletonOf({ toString: leaf(), hasOwnProperty: [leaf()], valueOf: null }, 'params').paths).toEqual([
      'toString',
      'hasOwnProperty/0',
    ])
    const error = mismatch(() => leavesOf(skeletonOf({ toString: leaf() }, 'params'), {}, strict))
    expect(error).toMatchObject({ path: 'toString', found: 'nothing' })
  })

  test('records without a prototype are records', () => {
    const bare: unknown = Object.assign(Object.create(null) as object, { w: leaf() })
    expect(skeletonOf(bare, 'params')).toBe(skeletonOf({ w: leaf() }, 'params'))
  })
})

describe('a tree built from another', () => {
  test('is the tree of its leaves, whichever of them differ', () => {
    fc.assert(
      fc.property(trees(), fc.array(fc.boolean(), { minLength: 1 }), fc.boolean(), (spec, which, holes) => {
        const skeleton = skeletonOf(made(spec), 'params')
        const before = skeleton.shapes.map((shape, i) => (holes && i % 3 === 0 ? null : leaf(...shape)))
        const after = before.map((one, i) => (which[i % which.length] === true ? leaf(7) : one))
        const old = buildTree(skeleton, before)
        const tree = rebuildTree(skeleton, old, after)
        expect(tree).toEqual(buildTree(skeleton, after))
        expect(leavesOf(skeleton, tree, { where: 'updates', nullable: true, alike: false })).toEqual(after)
        expect(old).toEqual(buildTree(skeleton, before))
        if (after.every((one, i) => one === before[i])) expect(tree).toBe(old)
      }),
    )
  })

  test('shares what did not change, and copies nothing else', () => {
    const skeleton = skeletonOf({ a: [leaf(1), leaf(2)], b: { c: leaf(3), d: [leaf(4)] } }, 'params')
    const [one, two, three, four] = [leaf(1), leaf(2), leaf(3), leaf(4)]
    const old = buildTree(skeleton, [one, two, three, four]) as { a: unknown; b: { c: unknown; d: unknown } }
    const tree = rebuildTree(skeleton, old, [one, two, leaf(3), four]) as typeof old
    expect([tree.a === old.a, tree.b === old.b, tree.b.d === old.b.d]).toEqual([true, false, true])
    expect(Object.isFrozen(tree.b)).toBe(true)
    const other = { a: [one, two], b: { c: three, d: [four] } } // of somebody who may change it
    expect((rebuildTree(skeleton, other, [one, two, three, leaf(4)]) as typeof old).a).not.toBe(other.a)
  })
})
