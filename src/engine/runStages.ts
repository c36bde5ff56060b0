/** @internal */

import type { Occasion } from '../equation/Program.js'
import { isSteady } from '../equation/Steady.js'
import type { Work } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import { advanced } from './advanced.js'
import type { Joined } from './joinedOf.js'
import { numbersAfter, type ReadStages, slotLeaves, writeSlots } from './records.js'
import type { Manner } from '../equation/Manner.js'

/** Runs stages that follow each other by an executor: the new leaves, and the state with what the stages keep. */
export const runStages = <L extends Leaf>(
  manner: Manner<L>,
  read: ReadStages,
  joined: Joined<L>,
  { extra, incoming }: Occasion,
  state: unknown,
): { readonly leaves: readonly (L | null)[]; readonly state: unknown } => {
  const { stages, records, scalars, completed } = read
  const { skeleton, updates, params } = joined
  const recordOf = (s: number): ReadStages['records'][number] => must(records[s], 'record')
  const numbers = numbersAfter(read, state, extra)
  const gathers = stages.find(({ equation }) => equation.gathers !== undefined)?.equation.gathers
  const { woken, given } = gathers?.follow(stages, skeleton, updates, records) ?? nothing
  const zeros: L[] = []
  const slots = stages.map((stage, s) => {
    const record = recordOf(s)
    const [whole, made] = completed?.(record, stage, incoming, joined, woken) ?? [record, []]
    zeros.push(...made)
    return slotLeaves<L>(stage, joined, whole)
  })
  const { mode, donate, executor } = manner
  // a spread of what is joined would take microseconds
  const work: Work<L> = { stages, mode, skeleton, scalars, updates, params, slots, woken, donate }
  const { leaves, slots: found } = executor(work)
  const after = found.map((own, s) => {
    const { equation } = must(stages[s], 'stage')
    return isSteady(equation) ? equation.goesOn(manner, work, s, own) : own
  })
  zeros.forEach(manner.release)
  const next = advanced(state, stages, (record, s) => {
    Object.assign(record, numbers[s], given[s])
    writeSlots(record, must(stages[s], 'stage'), skeleton, must(slots[s], 'slots'), must(after[s], 'slots'))
  })
  return { leaves, state: next }
}

/** Mostly nothing gathers. */
const nothing: { readonly woken: readonly never[]; readonly given: readonly never[] } = { woken: [], given: [] }
