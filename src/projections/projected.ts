/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf, spell, pathAt } from '../tree/Skeleton.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

/** A leaf, and where it stands. */
export interface Placed {
  readonly x: tf.Tensor
  readonly path: string
}

/** The tree whose leaves come of those of another; `null` stays `null`. What is made on the way is tidied. */
export const projected = <P>(
  where: string,
  tree: P & TreeOf<P>,
  f: (leaves: readonly Placed[]) => readonly tf.Tensor[],
): Leaves<P, tf.Tensor> => {
  const skeleton = skeletonOf(tree, where)
  const leaves = leavesOf<tf.Tensor>(skeleton, tree, { where, nullable: false, alike: true })
  const placed = leaves.flatMap((x, i) => (x === null ? [] : [{ x, path: pathAt(skeleton, i) }]))
  for (const { x, path } of placed) if (x.dtype !== 'float32') throw notFloat(where, path, x)
  const made = tf.tidy(() => [...f(placed)])
  let next = 0
  // The skeleton is the tree's own, so the result has its structure.
  return buildTree(
    skeleton,
    leaves.map((x) => (x === null ? null : (made[next++] ?? null))),
  ) as Leaves<P, tf.Tensor>
}

const notFloat = (where: string, path: string, x: tf.Tensor): TreeMismatch =>
  new TreeMismatch({
    where,
    path,
    expected: 'a float32 tensor',
    found: spell(x),
    hint: `Only float32 is projected: leave it out, or cast it with tf.cast(leaf, 'float32').`,
  })

/** The leaves of another tree at the same paths; further ones are passed by. */
export const beside = (where: string, leaves: readonly Placed[], other: unknown): readonly tf.Tensor[] => {
  const skeleton = skeletonOf(other, where)
  const found = leavesOf<tf.Tensor>(skeleton, other, { where, nullable: false, alike: true })
  const byPath = new Map(skeleton.paths.map((path, i) => [path, found[i] ?? null]))
  return leaves.map(({ x, path }) => {
    const y = byPath.get(path) ?? null
    if (y !== null && y.dtype === x.dtype && y.shape.join() === x.shape.join()) return y
    throw new TreeMismatch({
      where,
      path,
      expected: spell(x),
      found: spell(y ?? undefined),
      hint: 'Trees are joined by path and never broadcast: give it the structure, shapes and dtypes of the tree that is projected.',
    })
  })
}

/** A function of all elements end to end, as one row, `[1, elements]`. */
export const asRow =
  (f: (row: tf.Tensor) => tf.Tensor) =>
  (leaves: readonly Placed[]): readonly tf.Tensor[] => {
    const sizes = leaves.map(({ x }) => x.size)
    const some = leaves.filter(({ x }) => x.size > 0).map(({ x }) => tf.reshape(x, [1, x.size]))
    if (some.length === 0) return leaves.map(({ x }) => tf.clone(x))
    const row = f(tf.concat(some, 1))
    return leaves.map(({ x }, i) => {
      const begin = sizes.slice(0, i).reduce((sum, size) => sum + size, 0)
      return x.size === 0 ? tf.clone(x) : tf.reshape(tf.slice(row, [0, begin], [1, x.size]), x.shape)
    })
  }

/** How many elements a tree has. */
export const elementsOf = (leaves: readonly Placed[]): number => leaves.reduce((sum, { x }) => sum + x.size, 0)
