import type * as tf from '@tensorflow/tfjs-core'
import { fn } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import type { Leaves, Tree } from '../tree/Tree.js'

/** A function of whole trees: returns new tensors, and neither changes nor disposes what it is given. */
export type UpdatesFunction = <P extends Tree>(
  updates: Leaves<P, tf.Tensor | null>,
  params: P,
) => Leaves<P, tf.Tensor | null>

/** A transformation from a function of updates and parameters, without a state. What works leaf by leaf is better an
 *  `equation`, which fuses.
 *
 *  ```text
 *  u = f(g, p)
 *  ```
 *
 *  @shapes any; no state.
 *  @throws whatever `f` throws; `TreeMismatch` where its result is not like the parameters.
 *  @reference optax.stateless
 *  @example stateless({ f: (updates) => updates }) */
export const stateless = (given: { readonly f: UpdatesFunction }): Transformation<Stateless> => {
  const { f } = parse(given)
  return plain<Stateless>({
    name: 'stateless',
    init: () => ({}),
    update: (updates, state, params) => [f(updates, params), state],
  })
}

const parse = options('stateless', {
  f: required(fn<UpdatesFunction>('a function of updates and parameters', '(updates) => updates')),
})
