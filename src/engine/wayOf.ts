/** @internal */
import { type Fork, type Occasion, placedIn, type Program, rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { at } from '../state/paths.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'
import { measured, type Sight } from './measured.js'
import { within } from './within.js'

/** The way that a fork goes, seen from the updates that arrive there: a program, placed where the fork is. */
export const wayOf: Fork['way'] = <L extends Leaf>(
  manner: Manner<L>,
  fork: Fork,
  occasion: Occasion,
  state: unknown,
): Program => {
  const skeleton = skeletonOf(occasion.params, 'params')
  const numbers =
    fork.measure === undefined ? {} : measured(manner, fork.measure, sightOf(fork, manner, occasion, state))
  const chosen = within(fork, state, () => fork.choose(numbers, at(state, fork.at), seen(fork, skeleton, occasion)))
  return placed(fork)(chosen)
}

const sightOf = <L extends Leaf>(
  fork: Fork,
  { given }: Manner<L>,
  { updates, params, extra }: Occasion,
  state: unknown,
): Sight<L> => {
  const skeleton = skeletonOf(params, 'params')
  return {
    stages: stagesOf(fork),
    skeleton,
    updates: leavesOf<L>(skeleton, updates, { where: given ?? 'updates', nullable: true, alike: true }),
    params: leavesOf<L>(skeleton, params, { where: 'params', nullable: false, alike: true }),
    // a fork that measures nothing has no scalars
    scalars: [within(fork, state, () => fork.measure?.scalars({}, extra) ?? {})],
  }
}

const placed = rememberedOne((fork: Fork) => placedIn(fork))

/** The updates and parameters that a fork sees. */
const seen = ({ scope, name }: Fork, skeleton: Skeleton, occasion: Occasion): Occasion => {
  const included = scope?.includes(skeleton)
  if (included === undefined) return occasion
  const shown = (tree: unknown): unknown =>
    buildTree(
      skeleton,
      leavesOf(skeleton, tree, { where: `the updates of ${name}`, nullable: true, alike: true }).map((leaf, i) =>
        included[i] === true ? leaf : null,
      ),
    )
  return { ...occasion, updates: shown(occasion.updates), params: shown(occasion.params) }
}

/** What a fork measures, as the stages of a run: the same list each time. */
const stagesOf = rememberedOne(({ measure, scope }: Fork): readonly Stage[] =>
  measure === undefined ? [] : [{ kind: 'stage', equation: measure, at: [], scope }],
)
