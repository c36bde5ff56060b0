/** @internal */

import { type Occasion, placedIn, type Program, rememberedOne, surrounded, type Trial } from '../equation/Program.js'
import { at, put } from '../state/paths.js'
import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import { releaseAll } from './releaseAll.js'
import type { Manner } from './Manner.js'
import { selectedState, selectedUpdates } from './selected.js'

/** A trial whose outcome is not selected yet. */
export interface OpenTrial {
  readonly of: Trial
  /** The state before the trial, and after it was judged. */
  readonly given: unknown
  readonly judged: unknown
}

/** Keeps or drops what was tried, leaf by leaf on the device: the host never learns which. `occasion` is that of the
 *  trial. */
export const settled = <L extends Leaf>(
  manner: Manner<L>,
  { of: { at: place, scope }, given, judged }: OpenTrial,
  occasion: Occasion,
  [tried, after]: readonly [tree: unknown, state: unknown],
): readonly [updates: unknown, state: unknown] => {
  const old = at(judged, place)
  const accepted = at(old, ['accepted']) as L // the judge's slot of one number
  const updates = selectedUpdates(manner, scope, accepted, { ...occasion, updates: tried })
  releaseAll(manner, occasion.params, tried, [occasion.updates, updates])
  const attempted = at(after, place)
  const selected = selectedState(manner, accepted, old, attempted)
  releaseReplaced(manner, at(given, place), [old, attempted], selected)
  return [updates, put(after, place, selected)]
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

/** What a trial tries. */
export const attemptOf = rememberedOne((trial: Trial): Program => placedIn(trial)(trial.program))

/** What judges it. */
export const judgementOf = rememberedOne(({ judge, at: path, scope, surroundings = [] }: Trial): Program =>
  surrounded(surroundings)({ segments: [{ kind: 'stage', equation: judge, at: path, scope }] }),
)

/** A stage that changes nothing, so that the selected updates are applied as any others are. */
export const passing: Program = {
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
