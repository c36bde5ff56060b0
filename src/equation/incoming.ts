/** @internal */
import type { Equation } from './Equation.js'
import { type Program, rememberedOne } from './Program.js'
import { zeros } from './Slot.js'
import type { Stage } from './Stage.js'

/** Whether the update that arrives at a segment is read beyond what is no stage: no run of stages has both, so it must be
 *  kept until then. */
export const isKept = ({ segments }: Program, i: number): boolean => {
  const segment = segments[i]
  if (segment?.kind !== 'stage' || segment.equation.marks === undefined) return false
  const { marks } = segment.equation
  const later = segments.slice(i + 1)
  const cut = later.findIndex(({ kind }) => kind !== 'stage')
  return cut !== -1 && later.findIndex((one) => one.kind === 'stage' && one.equation.since === marks) > cut
}

/** Whether a slot is an update that was kept, which belongs to the run and not to the state. */
export const isKeptSlot = ({ since }: Pick<Equation, 'since'>, name: string): boolean =>
  since !== undefined && name === 'incoming'

/** Stages of one run, in which an update that was kept from before it is a slot: read, and never written. */
export const withKept = (stages: readonly Stage[]): readonly Stage[] =>
  stages.map((stage, s) => (isReader(stages, s) ? reader(stage) : stage))

/** Whether a stage reads an update that arrived before this run. */
const isReader = (stages: readonly Stage[], s: number): boolean => {
  const since = stages[s]?.equation.since
  return since !== undefined && !stages.slice(0, s).some(({ equation }) => equation.marks === since)
}

const reader = (stage: Stage): Stage => ({ ...stage, equation: reading(stage.equation) })

const reading = rememberedOne((equation: Equation): Equation => ({
  ...equation,
  slots: { ...equation.slots, incoming: zeros },
}))
