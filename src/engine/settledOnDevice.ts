/** @internal */

import type { Occasion, OpenTrial, Settled, Trial } from '../equation/Program.js'
import type { Manner } from '../equation/Manner.js'
import { must } from '../scalars/must.js'
import { at, put } from '../state/paths.js'
import type { Leaf } from '../tree/Tree.js'
import { evidence } from './evidence.js'
import { numberOf } from './measured.js'
import { releaseAll } from './releaseAll.js'
import { releaseReplaced } from './releaseReplaced.js'
import { selectedState, selectedUpdates } from './selected.js'

/** Keeps or drops what was tried, leaf by leaf on the device: the host never learns which. `occasion` is that of the
 *  trial, `held` are the states that somebody else holds. */
export const settledOnDevice: Trial['settle'] = <L extends Leaf>(
  manner: Manner<L>,
  { of, given, judged }: OpenTrial,
  occasion: Occasion,
  made: readonly [tree: unknown, state: unknown],
  held: readonly unknown[],
): Settled => {
  const place = of.at
  const [tried] = made
  const [before, after] =
    of.judges === 'updatesAndState' ? judgedAfter(manner, of, occasion, given, made) : [judged, made[1]]
  const old = at(before, place)
  const accepted = at(old, ['accepted']) as L // the judge's slot of one number
  const updates = selectedUpdates(manner, of.scope, accepted, { ...occasion, updates: tried })
  releaseAll(manner, occasion.params, tried, [occasion.updates, updates])
  const attempted = at(after, place)
  const selected = selectedState(manner, accepted, old, attempted)
  releaseReplaced(manner, [at(given, place), old, attempted], held, selected)
  return { updates, state: put(after, place, selected), next: null }
}

/** The state before and after what was tried, with the slots of a judge who has seen both. */
const judgedAfter = <L extends Leaf>(
  { executor }: Manner<L>,
  trial: Trial,
  occasion: Occasion,
  given: unknown,
  made: readonly [tree: unknown, state: unknown],
): readonly [before: unknown, after: unknown] => {
  const record = at(given, trial.at) as Readonly<Record<string, L>> // with the judge's slots of one number
  const names = Object.keys(trial.judge.slots)
  const done = executor({
    ...evidence<L>(trial, occasion, made, given),
    mode: 'update',
    donate: false,
    slots: [Object.fromEntries(names.map((name) => [name, [record[name] ?? null]]))],
  })
  const slots = must(done.slots[0], 'slots')
  const withVerdict = (whole: unknown): unknown => {
    const own = at(whole, trial.at) as Readonly<Record<string, unknown>> // the same record, before or after
    // What was tried may have begun the judge's slots anew.
    const fresh = names.filter((name) => own[name] === record[name])
    const verdict = fresh.map((name) => [name, numberOf(slots, name)])
    return put(whole, trial.at, Object.freeze({ ...own, ...Object.fromEntries(verdict) }))
  }
  return [withVerdict(given), withVerdict(made[1])]
}
