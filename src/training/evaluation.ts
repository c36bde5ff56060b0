/** @internal */

import { must } from '../scalars/must.js'
import * as tf from '@tensorflow/tfjs-core'
import { maskScope, type MaskLike } from '../combinators/maskScope.js'
import type { Mask } from '../equation/Scope.js'
import { shown } from '../scalars/shown.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { refuseUnreadable } from '../tree/refuseUnreadable.js'
import { skeletonOf, type Skeleton, pathAt } from '../tree/Skeleton.js'
import { isLeaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { BadLoss } from './BadLoss.js'
import { releaseTape, tapeError } from './tapeError.js'
import { mapTensors, tensorsIn } from './mapTensors.js'
import { NoGradients } from './NoGradients.js'
import { NoVariables } from './NoVariables.js'
import { tidied } from '../tensors/tidied.js'

/** A loss whose types are checked where it is passed in. */
export type AnyLoss = (params: never, ...args: never) => unknown

/** How a loss is evaluated; `where` names the caller in errors. */
export interface GradSpec {
  readonly where: string
  readonly hasAux: boolean
  readonly mask: MaskLike | undefined
  readonly cotangent: number | tf.Scalar
}

export interface Evaluation {
  readonly value: tf.Scalar
  readonly grads: unknown
  readonly aux?: unknown
}

/** The value and the gradient of a loss: the one place that speaks to tfjs' tape. */
export const evaluation = (loss: AnyLoss, manner: GradSpec) => {
  const scope = manner.mask === undefined ? null : maskScope(manner.where, manner.mask)
  return (params: unknown, args: readonly unknown[]): Evaluation => {
    const skeleton = skeletonOf(params, 'params')
    const leaves = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
    refuseUnreadable('params', params, skeleton)
    const watched = watchedOf(manner.where, skeleton, scope)
    return tidied(() => evaluated(loss, manner, skeleton, leaves, watched, params, args))
  }
}

/** The indices of the leaves that the gradient is taken for. */
const watchedOf = (where: string, skeleton: Skeleton, scope: Mask | null): readonly number[] => {
  const included = scope?.includes(skeleton)
  const watched = skeleton.paths.flatMap((_, i) => ((included?.[i] ?? true) ? [i] : []))
  if (watched.length === 0) throw new NoVariables(where, skeleton.paths)
  for (const i of watched)
    if (skeleton.dtypes[i] !== 'float32')
      throw new TreeMismatch({
        where: 'params',
        path: pathAt(skeleton, i),
        expected: 'a float32 tensor',
        found: `dtype ${skeleton.dtypes[i]}`,
        hint: `Only float32 tensors have gradients: hide this leaf with ${where}'s mask.`,
      })
  return watched
}

const evaluated = (
  loss: AnyLoss,
  { where, hasAux, cotangent }: GradSpec,
  skeleton: Skeleton,
  leaves: readonly (tf.Tensor | null)[],
  watched: readonly number[],
  params: unknown,
  args: readonly unknown[],
): Evaluation => {
  // Made first of all: what has a greater id is made here, and may be given away without a copy.
  const dy = typeof cotangent === 'number' ? tf.scalar(cotangent, 'float32') : tf.clone(cotangent)
  const own = apart(leaves)
  const seen = own === leaves ? params : buildTree(skeleton, own)
  const xs = watched.flatMap((i) => must(own[i], 'place for a leaf') ?? []) // null is watched by nobody
  let aux: unknown
  const forward = (): tf.Tensor => {
    // the caller's types say what it takes
    const returned = (loss as (...given: readonly unknown[]) => unknown)(seen, ...args)
    const [y, more] = hasAux ? pair(where, returned) : [returned, undefined]
    const scalar = checkedLoss(where, hasAux, y)
    // What the forward pass makes is disposed after it: aux must outlive it.
    aux = mapTensors(more, (tensor) => tf.keep(tf.clone(tensor)))
    return scalar
  }
  try {
    const { value, grads } = tf.engine().gradients(forward, xs, dy, true)
    const taken = new Set<tf.Tensor>()
    const fresh = (tensor: tf.Tensor): tf.Tensor => {
      const mine = tensor.id > dy.id && !taken.has(tensor) ? tensor : tf.clone(tensor)
      taken.add(mine)
      return mine
    }
    const found = new Map(watched.map((leaf, i) => [leaf, grads[i]])) // undefined where the loss does not depend on it
    if (grads.every((g: tf.Tensor | undefined) => g === undefined))
      throw new NoGradients(
        where,
        watched.map((i) => pathAt(skeleton, i)),
      )
    return {
      value: fresh(value) as tf.Scalar, // its rank was checked
      grads: buildTree(
        skeleton,
        leaves.map((_, i) => {
          const g = found.get(i)
          return g === undefined ? null : fresh(g)
        }),
      ),
      ...(hasAux ? { aux: mapTensors(aux, (tensor) => tf.clone(tensor)) } : {}),
    }
  } catch (error) {
    releaseTape()
    throw tapeError(where, error)
  } finally {
    for (const tensor of tensorsIn(aux)) tensor.dispose()
  }
}

/** A tensor at two paths is two parameters, each with its own part of the gradient: the second gets a tensor of its
 *  own. */
const apart = (leaves: readonly (tf.Tensor | null)[]): readonly (tf.Tensor | null)[] => {
  const seen = new Set<tf.Tensor | null>(leaves)
  if (seen.size === leaves.length) return leaves
  seen.clear()
  return leaves.map((leaf) => {
    const own = leaf !== null && seen.has(leaf) ? tf.clone(leaf) : leaf
    seen.add(own)
    return own
  })
}

const pair = (where: string, returned: unknown): readonly [unknown, unknown] => {
  if (Array.isArray(returned) && returned.length === 2) return [returned[0], returned[1]]
  throw new BadLoss({
    where,
    expected: 'a pair [loss, aux], because hasAux is true',
    found: spelled(returned),
    hint: 'Return [loss, aux], or leave hasAux out.',
  })
}

const checkedLoss = (where: string, hasAux: boolean, y: unknown): tf.Tensor => {
  const wrong = (hint: string) =>
    new BadLoss({ where, expected: 'one float32 number, a tensor of shape []', found: spelled(y), hint })
  if (!(y instanceof tf.Tensor)) {
    if (y instanceof Promise) throw wrong('A loss cannot be async: read tensors back outside of it.')
    throw wrong(
      Array.isArray(y) && !hasAux
        ? 'Where it returns [loss, aux], say hasAux: true.'
        : 'Return the tensor that tf.mean or tf.sum gives.',
    )
  }
  if (y.rank !== 0) throw wrong('Reduce it with tf.mean or tf.sum.')
  if (y.dtype !== 'float32')
    throw wrong(
      "Only float32 has a gradient: compute it from float32 tensors, or cast with tf.cast(x, 'float32') before the loss.",
    )
  return y
}

const spelled = (value: unknown): string =>
  isLeaf(value) ? `a tensor of shape [${value.shape.join(', ')}] and dtype ${value.dtype}` : shown(value)
