/** @internal */
import { isKeptSlot } from '../equation/incoming.js'
import { type Occasion, rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import type { Woken } from '../equation/Gathering.js'
import { must } from '../scalars/must.js'
import { at } from '../state/paths.js'
import { leavesOf, rebuildTree } from '../tree/leaves.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Joined } from './joinedOf.js'
import { refuseMissing } from './refuseMissing.js'
import { within } from './within.js'

/** The record of a stage: its slots, and its numbers. */
type StageRecord = Readonly<Record<string, unknown>>

/** Stages, and what the state holds for them. */
export interface ReadStages {
  readonly stages: readonly Stage[]
  readonly records: readonly StageRecord[]
  readonly scalars: readonly Readonly<Record<string, number>>[]
  /** Completes records by updates that were kept. Default: none were. */
  readonly completed?: Completed
}

/** Completes the record of a stage, where it reads an update that was kept for it. Beside it the leaves made for that. */
export type Completed = <L extends Leaf>(
  record: StageRecord,
  stage: Stage,
  incoming: Occasion['incoming'],
  joined: Joined<L>,
  woken: readonly (Woken | undefined)[],
) => readonly [record: StageRecord, made: readonly L[]]

/** What stages read of a state before they run. */
export const readOf = (stages: readonly Stage[], state: unknown, extra: unknown): ReadStages => {
  const records = recordsOf(stages, state)
  return {
    stages,
    records,
    scalars: stages.map((stage, s) => ofNumbers(stage.equation.scalars, stage, records[s], state, extra)),
  }
}

/** The records of stages in a state. */
export const recordsOf = (stages: readonly Stage[], state: unknown): readonly StageRecord[] =>
  stages.map((stage) => recordAt(state, stage))

/** For each stage, the numbers that its record goes on with. They are worked out before an executor runs: what throws
 *  leaves everything as it was, where a step donates too. */
export const numbersAfter = (
  { stages, records }: ReadStages,
  state: unknown,
  extra: unknown,
): readonly (Readonly<Record<string, number>> | undefined)[] =>
  stages.map((stage, s) =>
    hasNumbers(stage) ? ofNumbers(stage.equation.next, stage, records[s], state, extra) : undefined,
  )

/** What a function of a stage's equation makes of the numbers in its record. */
const ofNumbers = <A>(
  f: (host: Readonly<Record<string, number>>, extra: unknown) => A,
  stage: Stage,
  record: StageRecord | undefined,
  state: unknown,
  extra: unknown,
): A => within(stage, state, f, record as Readonly<Record<string, number>>, extra) // it holds the equation's numbers

const hasNumbers = ({ equation: { host } }: Stage): boolean => {
  for (const _name in host) return true
  return false
}

/** Whether a stage has nothing in a state. */
export const keepsNothing = (stage: Stage): boolean => !hasNumbers(stage) && slotsOf(stage).every(({ kept }) => kept)

/** The record of a stage in a state. */
export const recordAt = (state: unknown, { at: path, equation }: Stage): StageRecord => {
  const record = at(state, path)
  if (typeof record !== 'object' || record === null)
    throw new TypeError(
      `${equation.name}: there is no state at ${path.join('.') || 'the root'}. Pass the state that this optimizer's init or last step returned.`,
    )
  return record as StageRecord // checked: an object
}

/** The slots of a stage, from its record. Throws where one has no tensor for a leaf that the stage runs on: all executors
 *  find the same. */
export const slotLeaves = <L extends Leaf>(
  stage: Stage,
  { skeleton, updates }: Pick<Joined<L>, 'skeleton' | 'updates'>,
  record: StageRecord,
): SlotLeaves<L> => {
  const slots: Record<string, readonly (L | null)[]> = {}
  for (const { name, per, match } of slotsOf(stage)) {
    const list = per === 'tree' ? [record[name] as L] : leavesOf<L>(skeleton, record[name], match) // made by init
    refuseMissing(stage, per, match.where, skeleton, list, updates)
    slots[name] = list
  }
  return slots
}

/** Writes the slots of a stage to a copy of its record, from those before and after a run. Slots that no leaf of which has
 *  changed are the same tree. */
export const writeSlots = (
  record: Record<string, unknown>,
  stage: Stage,
  skeleton: Skeleton,
  before: SlotLeaves<Leaf>,
  after: SlotLeaves<Leaf>,
): void => {
  for (const { name, per, kept } of slotsOf(stage)) {
    const leaves = must(after[name], 'slot')
    if (!kept && leaves !== before[name])
      record[name] = per === 'tree' ? leaves[0] : rebuildTree(skeleton, record[name], leaves)
  }
}

/** How the slots of a stage are read. */
const slotsOf = rememberedOne(({ equation, at: path }: Stage) =>
  Object.entries(equation.slots).map(([name, { per }]) => ({
    name,
    per,
    kept: isKeptSlot(equation, name),
    match: { where: `state.${[...path, name].join('.')}`, nullable: true, alike: per === 'element' },
  })),
)
