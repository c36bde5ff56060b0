import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { trees } from '../../laws/arbitraries/trees.js'
import { backendName } from '../../laws/checks/backend.js'
import { numbersFrom, tensorsFrom } from '../../laws/Numbers.js'
import { disposeExcept } from './disposeExcept.js'
import { mapTree } from './mapTree.js'
import { pathsOf } from './pathsOf.js'
import { tensorsOf } from './tensorsOf.js'
import { TreeMismatch } from './TreeMismatch.js'
import { zipTree } from './zipTree.js'

const numRuns = backendName === 'webgl' ? 10 : 50

/** Runs a property on a tree of tensors, and sees that nothing is left of it. */
const onTrees = (check: (tree: ReturnType<typeof tensorsFrom>) => void): void => {
  const before = tf.memory().numTensors
  fc.assert(
    fc.property(trees(), (spec) => {
      tf.tidy(() => check(tensorsFrom(spec)))
      expect(tf.memory().numTensors).toBe(before)
    }),
    { numRuns },
  )
}

test('mapTree visits every path once', () => {
  onTrees((tree) => {
    const paths: string[] = []
    mapTree((leaf, path) => {
      paths.push(path)
      return leaf
    })(tree)
    expect(paths).toEqual(pathsOf(tree))
  })
})

test('zipTree joins by path, whatever the order of keys', () => {
  tf.tidy(() => {
    const a = { x: tf.scalar(10), y: [tf.tensor1d([1, 2]), null] }
    const b = { y: [tf.tensor1d([3, 4]), null], x: tf.scalar(1) }
    expect(numbersFrom(zipTree((p, g) => tf.sub(p, g))(a, b))).toEqual({
      x: { shape: [], values: [9] },
      y: [{ shape: [2], values: [-2, -2] }, null],
    })
    expect(numbersFrom(zipTree((p, g) => tf.sub(p, g))(a, { x: null, y: [tf.tensor1d([3, 4]), null] }))).toEqual({
      x: null,
      y: [{ shape: [2], values: [-2, -2] }, null],
    })
  })
})

test('zipTree broadcasts nothing, also not what mapTree made', () => {
  tf.tidy(() => {
    const params = { w: tf.tensor1d([1, 2]) }
    const wide = mapTree((leaf) => tf.reshape(leaf, [2, 1]))(params)
    expect(() => zipTree((p, g) => tf.add(p, g))(params, wide)).toThrow(TreeMismatch)
    expect(() => zipTree((p, g) => tf.add(p, g))(params, wide)).toThrow(
      'second tree: at w, expected a tensor of shape [2] and dtype float32 (or null), found a tensor of shape [2, 1]',
    )
    expect(() => zipTree((p, g) => tf.add(p, g))(params, mapTree((leaf) => tf.sum(leaf))(params))).toThrow(TreeMismatch)
  })
})

test('disposeExcept disposes what is not kept, once, wherever it lies', () => {
  const before = tf.memory().numTensors
  const [a, b, c] = [tf.scalar(1), tf.scalar(2), tf.scalar(3)]
  disposeExcept({ params: { a, b }, state: [{ count: 1, average: { a, c } }] }, [b, { deep: [b] }])
  expect([a.isDisposed, b.isDisposed, c.isDisposed]).toEqual([true, false, true])
  disposeExcept(b, null)
  expect(tf.memory().numTensors).toBe(before)
})

test('tensorsOf finds each tensor once', () => {
  tf.tidy(() => {
    const [a, b] = [tf.scalar(1), tf.scalar(2)]
    expect(tensorsOf({ x: [a, null, 3, { y: b }], z: a })).toEqual([a, b])
    expect(tensorsOf(a)).toEqual([a])
    expect(tensorsOf(null)).toEqual([])
  })
})
