/** @internal */

import type { Occasion } from '../equation/Program.js'
import { isSteady } from '../equation/Steady.js'
import type { Work } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import { advanced } from './advanced.js'
import type { Joined } from './joinedOf.js'
import { numbersAfter, type ReadStages, slotLeaves } from './records.js'
import { refuseMissing } from './refuseMissing.js'
import type { Manner } from '../equation/Manner.js'

/** Runs stages that follow each other by an executor: the new leaves, and the state with what the stages keep. */
export const runStages = <L extends Leaf>(
  manner: Manner<L>,
  { stages, records, scalars, completed }: ReadStages,
  { skeleton, updates, params }: Joined<L>,
  { extra, incoming }: Occasion,
  state: unknown,
): { readonly leaves: readonly (L | null)[]; readonly state: unknown } => {
  const numbers = numbersAfter(stages, records, state, extra)
  const gathers = stages.find(({ equation }) => equation.gathers !== undefined)?.equation.gathers
  const gathering = gathers?.follow(stages, skeleton, updates, records)
  const zeros: L[] = []
  const slots = stages.map((stage, s) => {
    const record = must(records[s], 'record')
    if (completed === undefined) return slotLeaves<L>(stage, skeleton, record)
    const woken = gathering?.woken ?? none
    const runs = updates.map((update, i) => update !== null || woken.some((one) => one?.leaves[i] === true))
    const [whole, made] = completed(record, stage, incoming, skeleton, runs, params)
    zeros.push(...made)
    return slotLeaves<L>(stage, skeleton, whole)
  })
  for (let s = 0; s < stages.length; s++)
    refuseMissing(must(stages[s], 'stage'), skeleton, must(slots[s], 'slots'), updates)
  const work: Work<L> = {
    stages,
    mode: manner.mode,
    skeleton,
    updates,
    params,
    donate: manner.donate,
    slots,
    ...(gathering === undefined ? {} : { woken: gathering.woken }),
    scalars,
  }
  const done = manner.executor(work)
  const after = done.slots.map((own, s) => {
    const { equation } = must(stages[s], 'stage')
    return isSteady(equation) ? equation.goesOn(manner, work, s, own) : own
  })
  zeros.forEach(manner.release)
  return {
    leaves: done.leaves,
    state: advanced({ state, stages, skeleton, numbers, before: slots, after, given: gathering?.given ?? none }),
  }
}

/** Mostly nothing gathers. */
const none: readonly never[] = []
