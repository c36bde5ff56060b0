import { anatomyOf } from '../transformation/anatomyOf.js'
import * as tf from '@tensorflow/tfjs-core'
import type { Program } from '../equation/Program.js'
import { assemble } from '../transformation/assemble.js'
import type {
  AnyTransformation,
  Opaque,
  StateLambda,
  StateOf,
  Transformation,
} from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'

/** The inner state for one vector that holds all parameters. */
export interface Flattened<F extends StateLambda> extends StateLambda {
  readonly State: StateOf<F, tf.Tensor1D>
}

/** Applies a transformation to all parameters as one vector.
 *
 *    u = split(tx(concat(g)))
 *
 *  Shapes   the inner state is that of one vector of the length of all parameters together.
 *  Throws   whatever the inner transformation throws.
 *  Laws     where the inner transformation works element by element, or sums over the whole tree, nothing changes;
 *           norms of leaves become norms of the tree.
 *  Departs  a `null` gradient counts as zeros inside, and its update stays `null`. Meant for what works leaf by leaf in
 *           a way that is wanted for the tree; it does not make steps faster here, where equations are fused anyway.
 *  Source   optax.flatten
 *  Example  `flatten(adam({ learningRate: 1e-3 }))` */
export const flatten = <T extends AnyTransformation>(tx: T): Transformation<Flattened<LambdaOf<T>>, ExtraOf<T>> => {
  const anatomy = anatomyOf('flatten: what it wraps', tx)
  const inner = assemble<Opaque, unknown>(anatomy)
  const init = (params: unknown): unknown => tidied(() => inner.init(joined(params, params)))
  const update = (updates: unknown, state: unknown, params: unknown, extra: unknown): readonly [unknown, unknown] =>
    tidied(() => {
      const [flat, next] = inner.update(joined(updates, params), state, joined(params, params), extra)
      return [split(flat ?? tf.tensor1d([]), updates, params), next]
    })
  const program: Program = { segments: [{ kind: 'plain', name: 'flatten', at: [], scope: null, update }] }
  return assemble({
    description: { name: 'flatten', options: {}, parts: [anatomy.description] },
    shape: { kind: 'opaque', init },
    plan: () => program,
  })
}

/** `tf.tidy` for values that may hold `null` and numbers, which its type does not allow: it keeps the tensors in
 *  records and arrays. */
const tidied = <A>(f: () => A): A => tf.tidy(f as unknown as () => tf.TensorContainer) as A

/** All leaves as one vector; zeros where there is none. */
const joined = (tree: unknown, params: unknown): tf.Tensor1D => {
  const skeleton = skeletonOf(params, 'params')
  const leaves = leavesOf<tf.Tensor>(skeleton, tree, { where: 'updates', nullable: true, alike: true })
  const parts = leaves.map((leaf, i) =>
    leaf === null
      ? tf.zeros<tf.Rank.R1>([sizeOf(skeleton.shapes[i] ?? [])])
      : tf.reshape<tf.Rank.R1>(leaf, [leaf.size]),
  )
  return parts.length === 0 ? tf.tensor1d([]) : tf.concat1d(parts)
}

/** The vector as a tree like the parameters, `null` where the given updates are. */
const split = (flat: tf.Tensor, updates: unknown, params: unknown): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const given = leavesOf(skeleton, updates, { where: 'updates', nullable: true, alike: true })
  let from = 0
  return buildTree(
    skeleton,
    skeleton.shapes.map((shape, i) => {
      const start = from
      from += sizeOf(shape)
      return given[i] === null ? null : tf.reshape(tf.slice(flat, [start], [from - start]), [...shape])
    }),
  )
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)
