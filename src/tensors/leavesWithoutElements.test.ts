import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { leafSum } from './leafSum.js'
import { treeAllclose } from './treeAllclose.js'
import { treeClip } from './treeClip.js'
import { treeMax } from './treeMax.js'
import { treeMin } from './treeMin.js'
import { treeNorm } from './treeNorm.js'
import { treeSize } from '../tree/treeSize.js'
import { treeSum } from './treeSum.js'
import { treeVdot } from './treeVdot.js'
import { treeWhere } from './treeWhere.js'
import type { Tree } from '../tree/Tree.js'

const none = [[0], [3, 0], [0, 3], [2, 0, 5]].map((shape): tf.Tensor => tf.zeros(shape))

/** Memory that is not zero, where a backend would find what it does not set. */
const dirty = (): void => tf.tidy(() => void tf.fill([64], 7).dataSync())

const folds: Readonly<Record<string, readonly [fold: (tree: Tree) => tf.Tensor, empty: number]>> = {
  leafSum: [(tree) => leafSum(tree as tf.Tensor), 0],
  treeSum: [treeSum, 0],
  'treeNorm, 2': [(tree) => treeNorm(tree), 0],
  'treeNorm, 2, squared': [(tree) => treeNorm(tree, { squared: true }), 0],
  'treeNorm, 1': [(tree) => treeNorm(tree, { ord: 1 }), 0],
  'treeNorm, ∞': [(tree) => treeNorm(tree, { ord: Number.POSITIVE_INFINITY }), 0],
  treeVdot: [(tree) => treeVdot(tree, tree), 0],
  treeMax: [treeMax, Number.NEGATIVE_INFINITY],
  treeMin: [treeMin, Number.POSITIVE_INFINITY],
}

describe.each(Object.entries(folds))('%s', (name, [fold, empty]) => {
  test.each(none.map((leaf) => [leaf.shape, leaf] as const))('a leaf of shape %j', (_, leaf) => {
    tf.tidy(() => {
      dirty()
      expect([...fold(leaf).dataSync()]).toEqual([empty])
      if (name === 'leafSum') return
      const full = tf.tensor1d([1, -2, 3])
      expect([...fold({ a: leaf, b: full, c: leaf }).dataSync()]).toEqual([...fold({ b: full }).dataSync()])
    })
  })
})

test('what goes leaf by leaf keeps the shape', () => {
  tf.tidy(() => {
    for (const leaf of none) {
      expect(treeClip({ min: -1, max: 1 }, leaf).shape).toEqual(leaf.shape)
      expect(treeWhere(tf.scalar(true, 'bool'), leaf, leaf)?.shape).toEqual(leaf.shape)
      expect(treeAllclose(leaf, leaf)).toBe(true)
      expect(treeSize(leaf)).toBe(0)
    }
  })
})
