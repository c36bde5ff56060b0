import * as tf from '@tensorflow/tfjs-core'
import { numberIn } from '../engine/oneNumber.js'
import type { View } from '../equation/View.js'
import { extras } from '../scalars/extras.js'
import { anything, fn } from '../scalars/kinds.js'
import { required } from '../scalars/options.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { mapTree } from '../tree/mapTree.js'
import { ownLeaves } from '../tree/ownLeaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'
import { lossTensor, lossValue } from './lossValue.js'
import { dot, flatVector } from '../tensors/flatVector.js'

/** What a line search needs with each step. */
export interface LineSearch {
  /** The loss at the present parameters: a finite number, or a tensor of one, which is read back. */
  readonly value: number | tf.Scalar
  /** Its gradient there. */
  readonly grad: Tree
  /** The loss, which the search asks for at other parameters; a tensor of one number. */
  readonly valueFn: (params: never) => tf.Tensor
}

/** Checks what a line search is handed. A loss that is not finite at the present parameters is refused: there is nothing
 *  to compare a trial with.
 *
 *  @internal */
export const lineSearchExtra = (where: string) =>
  extras(where, {
    value: required(lossValue),
    grad: required(anything<Tree>('the gradient of the loss there, a tree like the parameters')),
    valueFn: required(fn<LineSearch['valueFn']>('the loss, a function of parameters', '(params) => …', lossTensor)),
  })

/** The extras as a part of an optimizer sees them, which may be under a mask or inside `flatten`.
 *
 *  @internal */
export const seenThrough = <E extends LineSearch>({ seen, whole }: View, extra: E): E => ({
  ...extra,
  // like the parameters that are seen, and like those that the loss takes
  grad: seen(extra.grad, 'grad') as Tree,
  valueFn: (params: never) => extra.valueFn(whole(params) as never),
})

/** The updates times a step size. They are zero where that is, even where they were not finite.
 *
 *  @internal */
export const scaledBy = <U>(updates: U, stepSize: number): U =>
  // a tree keeps its structure
  mapTree((u) => (stepSize === 0 ? tf.zerosLike(u) : tf.mul(u, stepSize)))(updates as Tree) as U

/** A copy of a gradient, zero where there is none.
 *
 *  @internal */
export const copyOf = (params: unknown, grad: unknown): unknown => {
  const { skeleton, leaves } = ownLeaves<tf.Tensor>(params, 'params')
  const g = leavesOf<tf.Tensor>(skeleton, grad, { where: 'grad', nullable: true, alike: true })
  return buildTree(
    skeleton,
    leaves.map((x, i) => {
      const one = g[i] ?? null
      return one === null ? tf.zerosLike(x) : tf.clone(one)
    }),
  )
}

/** The slope of the loss along the updates. Reads one number back.
 *
 *  @internal */
export const slopeAlong = (params: unknown, grad: unknown, updates: unknown): number =>
  tf.tidy(() => numberIn(dot(flatVector(params, grad, 'grad'), flatVector(params, updates, 'updates'))))

/** The leaves of the parameters moved along the updates.
 *
 *  @internal */
export const movedAlong = (params: unknown, updates: unknown, stepSize: number): readonly tf.Tensor[] => {
  const { skeleton, leaves } = ownLeaves<tf.Tensor>(params, 'params')
  const u = leavesOf<tf.Tensor>(skeleton, updates, { where: 'updates', nullable: true, alike: true })
  return leaves.map((x, i) => {
    const along = u[i] ?? null
    return along === null || x.dtype !== 'float32' ? x : tf.add(x, tf.mul(along, stepSize))
  })
}

/** The loss at leaves. Reads one number back.
 *
 *  @internal */
export const valueOf = (valueFn: LineSearch['valueFn'], params: unknown, leaves: readonly tf.Tensor[]): number =>
  // A tree like the parameters, which is what the loss of this optimizer's user takes.
  tf.tidy(() => numberIn(valueFn(buildTree(skeletonOf(params, 'params'), leaves) as never)))

/** The loss and its gradient at leaves; zero where the loss does not depend on one, and for integers. Reads one number
 *  back.
 *
 *  @internal */
export const gradientOf = (
  valueFn: LineSearch['valueFn'],
  params: unknown,
  leaves: readonly tf.Tensor[],
): { readonly value: number; readonly grad: unknown } => {
  const skeleton = skeletonOf(params, 'params')
  const present = leaves.flatMap((leaf, i) => (leaf.dtype === 'float32' && leaf.size > 0 ? [{ leaf, i }] : []))
  const out = leaves.map((leaf) => tf.zerosLike(leaf))
  if (present.length === 0) return { value: valueOf(valueFn, params, leaves), grad: buildTree(skeleton, out) }
  // With the last argument a leaf that the loss does not use has no gradient, instead of an error.
  const { value, grads } = tf.engine().gradients(
    () => valueFn(buildTree(skeleton, leaves) as never), // as above
    present.map(({ leaf }) => leaf),
    undefined,
    true,
  )
  present.forEach(({ i }, k) => {
    const made = grads[k] as tf.Tensor | null | undefined // see above
    if (made) out[i] = made
  })
  return { value: numberIn(value), grad: buildTree(skeleton, out) }
}
