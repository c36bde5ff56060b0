import * as tf from '@tensorflow/tfjs-core'
import { fn } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { ownLeaves } from '../tree/ownLeaves.js'
import type { Leaves, Tree } from '../tree/Tree.js'

/** Parameters to the nearest ones of a set: returns new tensors, and neither changes nor disposes what it is given. */
export type Projection = (params: Tree) => Leaves<Tree, tf.Tensor | null>

/** Keeps parameters in a set: each step ends at the nearest point of it. It comes last in a chain, after the learning
 *  rate.
 *
 *  ```text
 *  u = P(p + g) − p
 *  ```
 *
 *  Projected gradient descent, then, with a plain descent before it. The projection sees all leaves that it may, a leaf
 *  without an update as it is; under `masked` the others are `null`.
 *
 *  @shapes any; no state.
 *  @throws whatever the projection throws; `TreeMismatch` where its result is not like the parameters.
 *  @laws parameters are in the set after every step, up to the rounding of p + u; idempotent, so.
 *  @departs a leaf without an update is not moved, and one that is not float32 is `null` to the projection. Optax has
 *    `keep_params_nonnegative` only: here that is an equation, exact and fused.
 *  @reference optax.projections, and its documentation on projected gradients
 *  @example chain(sgd({ learningRate: 0.1 }), keepParamsIn((params) => projectionL2Ball(params, { scale: 10 }))) */
export const keepParamsIn = (projection: Projection): Transformation<Stateless> => {
  parse({ projection })
  return plain<Stateless>({
    name: 'keepParamsIn',
    options: { projection },
    init: () => ({}),
    update: (updates, state, params) => [kept(projection, updates, params), state],
  })
}

const kept = (projection: Projection, updates: Tree, params: Tree): Tree => {
  const { skeleton, leaves } = ownLeaves<tf.Tensor>(params, 'params')
  const read = (tree: unknown, where: string) =>
    leavesOf<tf.Tensor>(skeleton, tree, { where, nullable: true, alike: true })
  const given = read(updates, 'updates')
  const moves = tf.tidy(() => {
    const moved = leaves.map((p, i) => {
      const g = given[i] ?? null
      return p.dtype !== 'float32' ? null : g === null ? p : tf.add(p, g)
    })
    const nearest = read(projection(buildTree(skeleton, moved) as Tree), 'what the projection returns') // as the skeleton is
    // what has no update stays without one
    return leaves.flatMap((p, i) => {
      const [g, y] = [given[i] ?? null, nearest[i] ?? null]
      return g === null ? [] : [y === null ? tf.clone(g) : tf.sub(y, p)]
    })
  })
  let next = 0
  return buildTree(
    skeleton,
    given.map((g) => (g === null ? null : (moves[next++] ?? null))),
  ) as Tree // as above
}

const parse = options('keepParamsIn', {
  projection: required(fn<Projection>('a function of parameters', '(params) => projectionNonNegative(params)')),
})
