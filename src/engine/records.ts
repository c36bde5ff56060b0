/** @internal */
import type { Equation } from '../equation/Equation.js'
import { type Occasion, rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { at } from '../state/paths.js'
import { leavesOf } from '../tree/leaves.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { within } from './within.js'

/** Stages, and what the state holds for them. */
export interface ReadStages {
  readonly stages: readonly Stage[]
  readonly records: readonly Readonly<Record<string, unknown>>[]
  readonly scalars: readonly Readonly<Record<string, number>>[]
  /** Completes records by updates that were kept. Default: none were. */
  readonly completed?: Completed
}

/** Completes the record of a stage, where it reads an update that was kept for it. Beside it the leaves made for that. */
export type Completed = <L extends Leaf>(
  record: Readonly<Record<string, unknown>>,
  stage: Stage,
  incoming: Occasion['incoming'],
  skeleton: Skeleton,
  runs: readonly boolean[],
  params: readonly (L | null)[],
) => readonly [record: Readonly<Record<string, unknown>>, made: readonly L[]]

/** What stages read of a state before they run. */
export const readOf = (stages: readonly Stage[], state: unknown, extra: unknown): ReadStages => {
  const records = recordsOf(stages, state)
  return { stages, records, scalars: scalarsOf(stages, records, state, extra) }
}

/** The records of stages in a state. */
export const recordsOf = (stages: readonly Stage[], state: unknown): readonly Readonly<Record<string, unknown>>[] =>
  stages.map((stage) => recordAt(state, stage))

/** The scalars of the stages of a run, from the numbers in their records. */
const scalarsOf = (
  stages: readonly Stage[],
  records: readonly Readonly<Record<string, unknown>>[],
  state: unknown,
  extra: unknown,
): readonly Readonly<Record<string, number>>[] =>
  stages.map((stage, s) =>
    // the host part of the record
    within(stage, state, stage.equation.scalars, records[s] as Readonly<Record<string, number>>, extra),
  )

/** For each stage, the numbers that its record goes on with. They are worked out before an executor runs: what throws
 *  leaves everything as it was, where a step donates too. */
export const numbersAfter = (
  stages: readonly Stage[],
  records: readonly Readonly<Record<string, unknown>>[],
  state: unknown,
  extra: unknown,
): readonly (Readonly<Record<string, number>> | undefined)[] =>
  stages.map((stage, s) =>
    hasNumbers(stage.equation)
      ? // the record holds the equation's numbers
        within(stage, state, stage.equation.next, records[s] as Readonly<Record<string, number>>, extra)
      : undefined,
  )

/** Whether an equation keeps numbers of the host. */
export const hasNumbers = ({ host }: Equation): boolean => !isEmpty(host)

const isEmpty = (record: object): boolean => {
  for (const _name in record) return false
  return true
}

/** The record of a stage in a state. */
export const recordAt = (state: unknown, { at: path, equation }: Stage): Readonly<Record<string, unknown>> => {
  const record = at(state, path)
  if (typeof record !== 'object' || record === null)
    throw new TypeError(
      `${equation.name}: there is no state at ${path.join('.') || 'the root'}. Pass the state that this optimizer's init or last step returned.`,
    )
  return record as Readonly<Record<string, unknown>> // checked: an object
}

/** The slots of a stage, from its record. */
export const slotLeaves = <L extends Leaf>(
  stage: Stage,
  skeleton: Skeleton,
  record: Readonly<Record<string, unknown>>,
): SlotLeaves<L> => {
  const slots: Record<string, readonly (L | null)[]> = {}
  if (isEmpty(stage.equation.slots)) return slots
  for (const { name, tree, match } of slotsOf(stage))
    slots[name] = tree ? leavesOf<L>(skeleton, record[name], match) : [record[name] as L] // made by init
  return slots
}

/** How the slots of a stage are read. */
const slotsOf = rememberedOne(({ equation, at: path }: Stage) =>
  Object.entries(equation.slots).map(([name, { per }]) => ({
    name,
    tree: per !== 'tree',
    match: { where: `state.${[...path, name].join('.')}`, nullable: true, alike: per === 'element' },
  })),
)
