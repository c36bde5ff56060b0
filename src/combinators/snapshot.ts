import { fn, text } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Tree } from '../tree/Tree.js'
import { type Measured, measured } from './measured.js'
import { checkPartName } from './partName.js'

/** What is measured, and under which name it is kept. */
export interface SnapshotOptions<N extends string, V extends Measured> {
  readonly measureName: N
  /** From the updates as they pass here; `null` where there is no gradient. Temporary tensors are tidied. */
  readonly measure: (updates: Tree) => V
}

export interface Snapshotting<N extends string, V> extends StateLambda {
  readonly State: { readonly [K in N]: V }
}

/** Keeps a measurement of the updates that pass, in the state under a name.
 *
 *  ```text
 *  u = g        state = { [measureName]: measure(g) }
 *  ```
 *
 *  @shapes those of the measurement.
 *  @throws whatever the measure throws; `TypeError` where it returns what is no measurement, and for a name that cannot be
 *    a key of a state.
 *  @laws `identity` on updates; the state holds the measurement of the last update.
 *  @departs nothing: as in optax the first measurement, made by `init`, is that of the parameters.
 *  @reference optax.snapshot
 *  @example chain(snapshot({ measureName: 'gradNorm', measure: treeNorm }), clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 1e-3 })) */
export const snapshot = <const N extends string, V extends Measured>(
  given: SnapshotOptions<N, V>,
): Transformation<Snapshotting<N, V>> => {
  parse(given)
  const { measureName, measure } = given
  checkPartName('snapshot', measureName)
  // one key, of type N
  const kept = (tree: unknown) =>
    Object.freeze({ [measureName]: measured(`snapshot: ${measureName}`, measure, tree) } as { readonly [K in N]: V })
  return plain<Snapshotting<N, V>>({
    name: 'snapshot',
    options: { measureName, measure: measure.name },
    init: (params) => kept(params),
    update: (updates) => [updates, kept(updates)],
  })
}

const parse = options('snapshot', {
  measureName: required(text),
  measure: required(fn<(updates: never) => unknown>('a function of the updates', 'treeNorm')),
})
