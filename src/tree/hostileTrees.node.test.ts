import { expect, test } from 'vitest'
import { arrayLeaf } from '../equation/reference.js'
import { skeletonOf } from './Skeleton.js'

const leaf = arrayLeaf([1], [])
const act = (tree: unknown) => () => skeletonOf(tree, 'params')

test('keys that cannot be are told for what they are', () => {
  const hint = ' Rename the key.'
  for (const key of ['__proto__', 'constructor', 'prototype'])
    expect(act({ a: Object.fromEntries([[key, leaf]]) })).toThrow(
      `params: at a, expected keys that mean nothing to JavaScript itself, found the key "${key}".${hint}`,
    )
  expect(act({ '': leaf })).toThrow(
    `params: at the root, expected keys of at least one character, found an empty key.${hint}`,
  )
  for (const key of ['/', 'a/', '/b', 'a//b'])
    expect(act({ [key]: leaf })).toThrow(
      `expected keys with something on both sides of each "/", which separates the keys of a path, found the key "${key}".`,
    )
  expect(act({ 'a/__proto__': leaf })).toThrow('expected keys that mean nothing to JavaScript itself')
  expect(act({ [Array.from({ length: 513 }, () => 'a').join('/')]: leaf })).toThrow('expected at most 512 levels')
})

test('keys that are symbols are refused, not dropped', () => {
  expect(act({ a: { w: leaf, [Symbol('hidden')]: leaf } })).toThrow(
    'params: at a, expected keys that are strings, found the key Symbol(hidden).',
  )
})

test('what holds itself is told with its path', () => {
  const loop: Record<string, unknown> = { w: leaf }
  loop['self'] = loop
  expect(act(loop)).toThrow(
    'params: at self, expected a tree, found the very object that lies at the root, which so holds itself.',
  )
  const list: unknown[] = [leaf]
  list.push({ back: list })
  expect(act({ a: { list } })).toThrow(
    'params: at a/list/1/back, expected a tree, found the very object that lies at a/list, which so holds itself.',
  )
  const shared = { w: leaf }
  expect(act({ a: shared, b: { c: shared } })().paths).toEqual(['a/w', 'b/c/w'])
})

test('what is too deep is told, without a stack overflow', () => {
  const nested = (depth: number): unknown => {
    let tree: unknown = leaf
    for (let i = 0; i < depth; i++) tree = { a: tree }
    return tree
  }
  expect(act(nested(512))().paths[0]?.length).toBe(1023)
  for (const depth of [513, 3000, 100_000])
    expect(act(nested(depth))).toThrow('params: at a/a/a/…, expected at most 512 levels, found more')
})
