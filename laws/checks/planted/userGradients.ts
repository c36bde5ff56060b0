import * as tf from '@tensorflow/tfjs-core'
import { treeAdd } from '../../../src/tensors/treeAdd.js'
import { treeScale } from '../../../src/tensors/treeScale.js'
import { treeSub } from '../../../src/tensors/treeSub.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { zipTree } from '../../../src/tree/zipTree.js'
import { gaussNewtonLaws } from '../../gaussNewtonLaws.js'
import { type HessianDiagonal, hessianDiagonalLaws } from '../../hessianDiagonalLaws.js'
import { type PerExampleClip, perExampleLaws } from '../../perExampleLaws.js'
import type { Suite } from '../../Suite.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

/** Scales rows by factors and sums them, with whatever a user's factor is. */
const summed = (factorOf: (norms: tf.Tensor, bound: number) => tf.Tensor, normsOf = rowNorms) =>
  clipped((grads, bound) => {
    const factors = factorOf(normsOf(grads), bound)
    return mapTree((g) => tf.sum(tf.mul(g, alongRows(factors, g)), 0))(grads)
  })

const clipped =
  (sum: (grads: Tree, bound: number) => Tree) =>
  (bound: number): PerExampleClip =>
  (grads) => {
    const given = new Set(tensorsOf(grads))
    const made = tf.tidy(() => mapTree((g) => (given.has(g) ? tf.clone(g) : g))(sum(grads, bound)) as never) as Tree // a tree of tensors
    return [made]
  }

const examplesIn = (grads: Tree): number => {
  const counts = new Set(tensorsOf(grads).map(({ shape }) => shape[0]))
  if (counts.size > 1) throw new TypeError('leaves differ in the number of examples')
  return tensorsOf(grads)[0]?.shape[0] ?? 0
}
const flat = (g: tf.Tensor): tf.Tensor2D => tf.reshape(g, [g.shape[0] ?? 0, g.size / (g.shape[0] ?? 1)])
const alongRows = (factors: tf.Tensor, g: tf.Tensor): tf.Tensor =>
  tf.reshape(factors, [g.shape[0] ?? 0, ...g.shape.slice(1).map(() => 1)])

/** Over all leaves, scaled so that squares stay in float32. */
const rowNorms = (grads: Tree): tf.Tensor => {
  const n = examplesIn(grads)
  const rows = tensorsOf(grads)
    .filter(({ size }) => size > 0)
    .map(flat)
  if (rows.length === 0) return tf.zeros([n])
  const all = tf.concat(rows, 1)
  const largest = tf.maximum(tf.max(tf.abs(all), 1, true), 1e-37)
  return tf.mul(tf.sqrt(tf.sum(tf.square(tf.div(all, largest)), 1)), tf.reshape(largest, [n]))
}
const squaredNorms = (grads: Tree): tf.Tensor => {
  const rows = tensorsOf(grads)
    .filter(({ size }) => size > 0)
    .map((g) => tf.sum(tf.square(flat(g)), 1))
  return tf.sqrt(rows.reduce((sum, x) => tf.add(sum, x), tf.zeros([examplesIn(grads)])))
}
const atMost = (norms: tf.Tensor, bound: number): tf.Tensor =>
  tf.where(tf.greater(norms, bound), tf.div(bound, tf.maximum(norms, 1e-37)), tf.onesLike(norms))

const signs = (p: Tree, key: number): Tree =>
  mapTree((x, path) => {
    const seed = [...`${path} of ${key}`].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7 + key * 7919)
    return tf.sub(tf.mul(2, tf.cast(tf.greater(tf.randomUniform(x.shape, 0, 1, 'float32', seed), 0.5), 'float32')), 1)
  })(p)

/** A difference of two gradients, along signs. */
const difference =
  (draw: (p: Tree, key: number) => Tree, over = 2): HessianDiagonal =>
  (gradFn) =>
  (params, key) =>
    tf.tidy(() => {
      const z = draw(params, key)
      const [ahead, behind] = [1e-3, -1e-3].map((side) => gradFn(treeAdd(params, treeScale(side, z)))) as [Tree, Tree] // of two
      const slope = treeScale(1 / (over * 1e-3), treeSub(ahead, behind) as Tree)
      return zipTree((a, b) => tf.mul(a, b))(z, slope as Tree) as never
    })

let calls = 0

/** Functions of gradients as users write them, each with a bug of its author's. */
export const userGradients: readonly Row[] = [
  [
    'one norm for the whole batch (clip_grad_norm_ on stacked gradients)',
    'each is clipped',
    perExampleLaws(
      summed((norms, bound) => tf.mul(atMost(tf.reshape(tf.norm(norms), [1]), bound), tf.onesLike(norms))),
    ),
  ],
  [
    'the mean for the sum',
    'each is clipped',
    perExampleLaws(
      clipped((grads, bound) => treeScale(1 / examplesIn(grads), summed(atMost)(bound)(grads)[0] as Tree)),
    ),
  ],
  ['squares in float32: ∞/∞ for one long example', 'each is clipped', perExampleLaws(summed(atMost, squaredNorms))],
  [
    'the whole bound for each leaf',
    'one more weighs at most the bound',
    perExampleLaws(
      clipped((grads, bound) =>
        mapTree((g) => tf.sum(tf.mul(g, alongRows(atMost(rowNorms([g]), bound), g)), 0))(grads),
      ),
    ),
  ],
  [
    'a noise multiplier that grows with the batch: the bound times its size',
    'one more weighs at most the bound',
    perExampleLaws(clipped((grads, bound) => summed(atMost)(bound * examplesIn(grads))(grads)[0] as Tree)),
  ],
  [
    'every example scaled by the largest norm',
    'a batch is a set',
    perExampleLaws(summed((norms, bound) => tf.mul(atMost(tf.max(norms, 0, true), bound), tf.onesLike(norms)))),
  ],
  [
    'C/(‖g‖ + 1e-6), for division by zero (Opacus, tensorflow/privacy)',
    'short ones pass',
    perExampleLaws(summed((norms, bound) => tf.minimum(1, tf.div(bound, tf.add(norms, 1e-6))))),
  ],
  [
    'C/‖g‖ at an example without a gradient',
    'short ones pass',
    perExampleLaws(summed((norms, bound) => tf.mul(tf.minimum(1, tf.div(bound, norms)), tf.div(norms, norms)))),
  ],
  [
    'factors that nobody disposed of',
    'its own form',
    perExampleLaws((bound) => (grads) => {
      tf.keep(tf.scalar(bound))
      return summed(atMost)(bound)(grads)
    }),
  ],
  [
    'a mean over the batch, times its size: 0/0 where nobody was drawn',
    'no examples',
    perExampleLaws(
      clipped((grads, bound) => {
        const n = examplesIn(grads)
        return treeScale(n, treeScale(1 / n, summed(atMost)(bound)(grads)[0] as Tree) as Tree)
      }),
    ),
  ],
  [
    'a bias whose gradient is of the whole batch, taken for examples',
    'the same examples everywhere',
    perExampleLaws(
      clipped((grads, bound) =>
        mapTree((g) => tf.sum(tf.mul(g, alongRows(atMost(rowNorms([g]), bound), g)), 0))(grads),
      ),
    ),
  ],
  ['a difference over ε, and not over 2ε', 'a diagonal is found at once', hessianDiagonalLaws(difference(signs, 1))],
  [
    'normal directions that nobody squares: z·H·z has the mean H and an error at a diagonal, too',
    'a diagonal is found at once',
    hessianDiagonalLaws(
      difference((p, key) => mapTree((x, path) => tf.randomNormal(x.shape, 0, 1, 'float32', key + path.length))(p)),
    ),
  ],
  [
    'the gradient for the Hessian’s diagonal',
    'a diagonal is found at once',
    hessianDiagonalLaws((gradFn) => (params) => gradFn(params)),
  ],
  [
    'one sign for all of a leaf',
    'unbiased',
    hessianDiagonalLaws(
      difference((p, key) => mapTree((x, path) => tf.fill(x.shape, (key + path.length) % 2 === 0 ? 1 : -1))(p)),
    ),
  ],
  [
    'ones for signs: the sums of rows',
    'unbiased',
    hessianDiagonalLaws(difference((p) => mapTree((x) => tf.onesLike(x))(p))),
  ],
  [
    'a key that is forgotten: Math.random',
    'a function of the key',
    hessianDiagonalLaws(difference((p, key) => signs(p, key + 1000 * ++calls))),
  ],
  [
    'both gradients left in memory',
    'its own form',
    hessianDiagonalLaws((gradFn) => (params, key) => {
      gradFn(params)
      return difference(signs)((at) => mapTree((g) => tf.mul(g, 1))(gradFn(at)))(params, key)
    }),
  ],
  [
    'ĝ² without the number of examples',
    'the mean over labels',
    gaussNewtonLaws(
      (gradFn) => (params, key) => tf.tidy(() => mapTree((g) => tf.square(g))(gradFn(params, key)) as never),
    ),
  ],
  [
    'a gradient that is not disposed of',
    'its own form',
    gaussNewtonLaws(
      (gradFn, batchSize) => (params, key) =>
        mapTree((g) => tf.tidy(() => tf.mul(batchSize, tf.square(g))))(gradFn(params, key)),
    ),
  ],
]
