import * as tf from '@tensorflow/tfjs-core'
import { fn } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { tensorFrom } from '../tensors/tensorFrom.js'
import { zipTree } from '../tree/zipTree.js'

/** A function of one leaf's update and parameter. */
export type LeafFunction = (update: tf.Tensor, param: tf.Tensor) => tf.Tensor

/** A transformation from a function of tensors, leaf by leaf, without a state. Written as an `equation` it would fuse.
 *
 *  ```text
 *  uᵢ = f(gᵢ, pᵢ)
 *  ```
 *
 *  @shapes any; no state; f keeps the shape. Temporary tensors of f are disposed.
 *  @throws whatever `f` throws; `TypeError` where it returns no tensor; `TreeMismatch` where a result is not like its parameter.
 *  @reference optax.stateless_with_tree_map
 *  @example statelessWithTreeMap({ f: (g, p) => tf.add(g, tf.mul(p, 0.01)) }) */
export const statelessWithTreeMap = (given: { readonly f: LeafFunction }): Transformation<Stateless> => {
  const { f } = parse(given)
  const mapped = zipTree((p, g) => tf.tidy(() => tensorFrom('statelessWithTreeMap: f', f(g, p))))
  return plain<Stateless>({
    name: 'statelessWithTreeMap',
    init: () => ({}),
    update: (updates, state, params) => [mapped(params, updates), state],
  })
}

const parse = options('statelessWithTreeMap', {
  f: required(fn<LeafFunction>('a function of two tensors', '(update, param) => update')),
})
