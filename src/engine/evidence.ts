/** @internal */

import { type Occasion, rememberedOne, type Trial } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { at } from '../state/paths.js'
import { leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import type { Sight } from './measured.js'
import { within } from './within.js'

/** All that the judge of a trial looks at, each tensor once, as one list: the updates that arrived, those that came of
 *  them, and the state. */
export const evidence = <L extends Leaf>(
  trial: Trial,
  { updates, params, extra }: Occasion,
  [tried, after]: readonly [updates: unknown, state: unknown],
  state: unknown,
): Sight<L> => {
  const skeleton = skeletonOf(params, 'params')
  const included = trial.scope?.includes(skeleton)
  const shown = (tree: unknown) =>
    leavesOf<L>(skeleton, tree, { where: 'updates', nullable: true, alike: true }).filter(
      (_, i) => included?.[i] !== false,
    )
  const all = new Set([...shown(updates), ...shown(tried), ...leavesIn<L>(at(after, trial.at))])
  const leaves = [...all].filter((leaf) => leaf?.dtype === 'float32')
  return {
    stages: stagesOf(trial),
    skeleton: skeletonOf(leaves, 'what a trial makes'),
    updates: leaves,
    params: leaves,
    scalars: [within(trial, state, () => trial.judge.scalars({}, extra))],
  }
}

/** A judge as the stages of a run: the same list each time. */
const stagesOf = rememberedOne(({ judge }: Trial): readonly Stage[] => [
  { kind: 'stage', equation: judge, at: [], scope: null },
])
