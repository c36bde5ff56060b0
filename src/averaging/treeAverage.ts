import { checkScheme } from './checkScheme.js'
import { knownOnly } from '../scalars/knownOnly.js'
import type { Host } from '../equation/Host.js'
import { identity } from '../transformation/identity.js'
import type { Extras } from '../transformation/Transformation.js'
import { buildTree } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import type { AveragingState } from './AveragingState.js'
import type { Scheme, Told, Unit } from './Scheme.js'
import { type AverageOptions, type Clocked, withAverage } from './withAverage.js'

/** The options of an average that no optimizer has beside it. */
type TreeAverageOptions = Omit<AverageOptions, 'name' | 'order'>

/** The state of an average of any tree: the average, and the numbers of its scheme. */
export type TreeAverageState<P, H, U> = Omit<AveragingState<unknown, P>, 'inner'> & {
  readonly [K in keyof H]: number
} & (U extends 'steps' ? {} : Clocked)

/** An average of trees that are handed to it. */
export interface TreeAverage<H, U extends Unit, E> {
  readonly init: <P>(tree: P & TreeOf<P>) => TreeAverageState<P, H, U>
  readonly update: <P>(
    state: TreeAverageState<P, H, U>,
    tree: NoInfer<P>,
    ...extra: Extras<Told<U, E>>
  ) => TreeAverageState<P, H, U>
}

/** The average of anything that is a tree of tensors, apart from any optimizer: batch statistics, gradients, losses, the
 *  inner state of an optimizer.
 *
 *  ```text
 *  state₀ = init(x₀)        stateₜ₊₁ = update(stateₜ, xₜ₊₁)        A ← A − c·(A − x)
 *  ```
 *
 *  @shapes those of the tree. A leaf that is not float32 is the newest, not averaged.
 *  @throws as `withAverage`; `TreeMismatch` for another tree than the first.
 *  @laws pure: `update` neither changes nor disposes what it is given; the same numbers as `withAverage` has for
 *    parameters. `averaged(state)` reads it. What is old is the caller's: `disposeExcept(state, next)`.
 *  @reference haiku.EMAParamsTree; torch.optim.swa_utils.AveragedModel(use_buffers=True)
 *  @example
 *  ```ts
 *  const statistics = treeAverage(exponential({ decay: 0.99 }))
 *  let state = statistics.init({ mean: tf.tensor1d([0, 0]) })
 *  state = statistics.update(state, { mean: tf.tensor1d([1, 2]) })
 *  ```
 */
export const treeAverage = <H extends Host, U extends Unit, E>(
  scheme: Scheme<H, U, E>,
  given: TreeAverageOptions = {},
): TreeAverage<H, U, E> => {
  checkScheme('treeAverage', scheme)
  const { init, update } = withAverage(scheme, known(given))(identity())
  const observe = update as unknown as (
    updates: unknown,
    state: unknown,
    tree: unknown,
    extra: unknown,
  ) => readonly [unknown, object]
  const forget = (state: object) =>
    Object.freeze(Object.fromEntries(Object.entries(state).filter(([key]) => key !== 'inner')))
  return {
    init: (tree: unknown) => forget(init(tree as never)),
    update: (state: object, tree: unknown, extra?: unknown) => {
      const skeleton = skeletonOf(tree, 'tree')
      const nothing = buildTree(
        skeleton,
        skeleton.paths.map(() => null),
      )
      return forget(observe(nothing, { ...state, inner: identityState }, tree, extra)[1])
    },
  } as unknown as TreeAverage<H, U, E> // the state of `withAverage`, without the inner one
}

const known = knownOnly<TreeAverageOptions>('treeAverage', { start: true, before: true, every: true, precision: true })

/** `identity` keeps nothing. */
const identityState = Object.freeze({})
