/** @internal */

import { type Occasion, placedIn, type Program, rememberedOne, surrounded, type Trial } from '../equation/Program.js'
import { at, put } from '../state/paths.js'
import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import { releaseAll } from './releaseAll.js'
import type { Manner, run } from './run.js'
import { selectedState, selectedUpdates } from './selected.js'

/** Runs what is tried, and keeps or drops its result leaf by leaf on the device: the host never learns which. `again`
 *  is `run`. */
export const attempt = <L extends Leaf>(
  again: typeof run,
  manner: Manner<L>,
  trial: Trial,
  after: Program,
  occasion: Occasion,
  state: unknown,
): readonly [tree: unknown, state: unknown] => {
  const { params } = occasion
  const [, judged] = again({ ...manner, mode: 'update' }, judgement(trial), occasion, state)
  // Both outcomes are needed until one is selected, so nothing is donated.
  const [tried, after1] = again(
    { ...manner, mode: 'update', donate: false },
    placed(trial)(trial.program),
    occasion,
    judged,
  )
  const old = at(judged, trial.at)
  const accepted = at(old, ['accepted']) as L // the judge's slot of one number
  const updates = selectedUpdates(manner, trial.scope, accepted, { ...occasion, updates: tried })
  releaseAll(manner, params, tried, [occasion.updates, updates])
  const attempted = at(after1, trial.at)
  const selected = selectedState(manner, accepted, old, attempted)
  releaseReplaced(manner, at(state, trial.at), [old, attempted], selected)
  const next = put(after1, trial.at, selected)
  const result = again(manner, after.segments.length === 0 ? passing : after, { ...occasion, updates }, next)
  releaseAll(manner, params, updates, [occasion.updates, manner.mode === 'update' ? result[0] : null])
  return result
}

/** Disposes what stood in a state for a while only; where the given state was given away, also what is no more of it. */
const releaseReplaced = <L extends Leaf>(
  { donate, release }: Manner<L>,
  given: unknown,
  between: readonly unknown[],
  kept: unknown,
): void => {
  const keep = new Set(leavesIn<L>(donate ? kept : [given, kept]))
  for (const leaf of leavesIn<L>([given, between])) if (!keep.has(leaf)) release(leaf)
}

const placed = rememberedOne((trial: Trial) => placedIn(trial))

const judgement = rememberedOne(({ judge, at: path, scope, surroundings = [] }: Trial): Program =>
  surrounded(surroundings)({ segments: [{ kind: 'stage', equation: judge, at: path, scope }] }),
)

/** A stage that changes nothing, so that the selected updates are applied as any others are. */
const passing: Program = {
  segments: [
    {
      kind: 'stage',
      at: [],
      scope: null,
      equation: {
        name: 'pass',
        slots: {},
        host: {},
        next: (host) => host,
        scalars: () => ({}),
        observes: false,
        rule: () => (x) => x,
      },
    },
  ],
}
