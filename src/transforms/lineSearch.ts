import * as tf from '@tensorflow/tfjs-core'
import { numberIn } from '../engine/oneNumber.js'
import { extras } from '../scalars/extras.js'
import { anything, fn } from '../scalars/kinds.js'
import { required } from '../scalars/options.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'
import { lossTensor, lossValue } from './lossValue.js'
import { dot, flatVector } from '../tree/flatVector.js'

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

/** The slope of the loss along the updates. Reads one number back.
 *
 *  @internal */
export const slopeAlong = (params: unknown, grad: unknown, updates: unknown): number =>
  tf.tidy(() => numberIn(dot(flatVector(params, grad, 'grad'), flatVector(params, updates, 'updates'))))

/** The leaves of the parameters moved along the updates.
 *
 *  @internal */
export const movedAlong = (params: unknown, updates: unknown, stepSize: number): readonly (tf.Tensor | null)[] => {
  const skeleton = skeletonOf(params, 'params')
  const p = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: true, alike: true })
  const u = leavesOf<tf.Tensor>(skeleton, updates, { where: 'updates', nullable: true, alike: true })
  return p.map((x, i) => {
    const along = u[i] ?? null
    return x === null || along === null ? x : tf.add(x, tf.mul(along, stepSize))
  })
}

/** The loss at leaves. Reads one number back.
 *
 *  @internal */
export const valueOf = (
  valueFn: LineSearch['valueFn'],
  params: unknown,
  leaves: readonly (tf.Tensor | null)[],
): number =>
  // A tree like the parameters, which is what the loss of this optimizer's user takes.
  tf.tidy(() => numberIn(valueFn(buildTree(skeletonOf(params, 'params'), leaves) as never)))

/** The loss and its gradient at leaves; zero where the loss does not depend on one. Reads one number back.
 *
 *  @internal */
export const gradientOf = (
  valueFn: LineSearch['valueFn'],
  params: unknown,
  leaves: readonly (tf.Tensor | null)[],
): { readonly value: number; readonly grad: unknown } => {
  const skeleton = skeletonOf(params, 'params')
  const present = leaves.flatMap((leaf, i) => (leaf === null ? [] : [{ leaf, i }]))
  if (present.length === 0) return { value: valueOf(valueFn, params, leaves), grad: params }
  const loss = (...xs: readonly tf.Tensor[]) => {
    const all = [...leaves]
    present.forEach(({ i }, k) => {
      all[i] = xs[k] ?? null
    })
    return valueFn(buildTree(skeleton, all) as never) // as above
  }
  // With the last argument a leaf that the loss does not use has no gradient, instead of an error.
  const { value, grads } = tf.engine().gradients(
    () => loss(...present.map(({ leaf }) => leaf)),
    present.map(({ leaf }) => leaf),
    undefined,
    true,
  )
  const out = new Array<tf.Tensor | null>(leaves.length).fill(null)
  present.forEach(({ leaf, i }, k) => {
    out[i] = (grads[k] as tf.Tensor | null | undefined) ?? tf.zerosLike(leaf)
  }) // undefined, see above
  return { value: numberIn(value), grad: buildTree(skeleton, out) }
}
