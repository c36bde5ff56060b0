import { runSegments } from '../engine/runSegments.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type * as tf from '@tensorflow/tfjs-core'
import { run } from '../engine/run.js'
import type { Plain, Program } from '../equation/Program.js'
import type { View } from '../equation/View.js'
import { assemble, manner } from '../transformation/assemble.js'
import type { Description } from '../transformation/Description.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { flatVector, treeOf } from '../tensors/flatVector.js'
import { owned } from '../tree/owned.js'
import { tidied } from '../tensors/tidied.js'

/** The inner state for one vector that holds all parameters. */
export interface Flattened<F extends StateLambda> extends StateLambda {
  readonly State: StateOf<F, tf.Tensor1D>
}

/** Applies a transformation to all parameters as one vector.
 *
 *  ```text
 *  u = split(tx(concat(g)))
 *  ```
 *
 *  @shapes the inner state is that of one vector of the length of all float32 parameters together, in the order of
 *    their paths. Other leaves pass it by.
 *  @throws whatever the inner transformation throws.
 *  @laws where the inner transformation works element by element, or sums over the whole tree, nothing changes;
 *    norms of leaves become norms of the tree. The order of keys is of no account.
 *  @departs a `null` gradient counts as zeros inside, and its update stays `null`: where `multiSteps` is inside, a leaf
 *    without a gradient in the last micro-batch of a round loses what it gathered. `multiSteps(…)(flatten(…))`, the
 *    other way round, does not. Meant for what works leaf by leaf in
 *    a way that is wanted for the tree; it does not make steps faster here, where equations are fused anyway.
 *  @reference optax.flatten
 *  @example flatten(adam({ learningRate: 1e-3 })) */
export const flatten = <T extends AnyTransformation>(tx: T): Transformation<Flattened<LambdaOf<T>>, ExtraOf<T>> => {
  const anatomy = anatomyOf('flatten: what it wraps', tx)
  const inner = assemble(anatomy)
  const init = (params: unknown): unknown => tidied(() => inner.init(flatVector(params, params, 'params')))
  const update: Plain['update'] = (updates, state, params, extra, view) =>
    tidied(() => {
      const occasion = {
        updates: flatVector(params, updates, 'updates'),
        params: flatVector(params, params, 'params'),
        extra,
        view: flatView(view, params),
      }
      const [flat, next] = run(manner('update', false), anatomy.plan(state, occasion), occasion, state)
      return [treeOf(params, updates, flat as tf.Tensor1D), next] // like the parameters, which are one vector
    })
  const program: Program = {
    segments: [{ kind: 'plain', name: 'flatten', at: [], scope: null, run: runSegments, update }],
  }
  return assemble({
    description: { name: 'flatten', options: {}, parts: [anatomy.description] },
    shape: { kind: 'opaque', of: `flatten(${recipe(anatomy.description)})`, init, owned },
    plan: () => program,
  })
}

/** What the one vector of a state means: nothing in it says so. */
const recipe = ({ name, parts }: Description): string =>
  parts.length === 0 ? name : `${name}(${parts.map(recipe).join(', ')})`

/** What sees all leaves as one vector. */
const flatView = (outer: View, params: unknown): View => ({
  seen: (tree, where) => flatVector(params, outer.seen(tree, where), where),
  // what sees one vector has one
  whole: (flat) => outer.whole(treeOf(params, params, flat as tf.Tensor1D)),
})
