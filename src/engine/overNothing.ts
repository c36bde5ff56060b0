/** @internal */
import { classesOf } from '../equation/classesOf.js'
import type { Manner } from '../equation/Manner.js'
import { rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves, Work } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { zerosLike } from './zerosLike.js'

/** The slots after a run, with the numbers of the tree of stages that no leaf came by: for those too this is a step, and
 *  sums over nothing are 0. They run on a leaf without elements in the place of all. */
export const overNothing = <L extends Leaf>(
  manner: Pick<Manner<L>, 'executor' | 'release'>,
  work: Work<L>,
  slots: readonly SlotLeaves<L>[],
): readonly SlotLeaves<L>[] => {
  const numbered = numberedOf(work.stages)
  if (numbered.length === 0) return slots
  const classes = classesOf(work)
  const idle = numbered.filter(({ stage }) => !classes.some(({ active }) => active[stage] === true))
  if (idle.length === 0) return slots
  const next = [...slots]
  for (const one of idle)
    next[one.stage] = alone(manner, work, one, must(slots[one.stage], 'slots of a stage that ran on no leaf'))
  return next
}

/** A stage that keeps numbers of the tree. */
interface Numbered {
  readonly stage: number
  /** It alone, on all leaves: the same list each time. */
  readonly program: readonly Stage[]
  readonly names: readonly string[]
}

const numberedOf = rememberedOne((stages: readonly Stage[]): readonly Numbered[] =>
  stages.flatMap((one, stage) => {
    const names = Object.entries(one.equation.slots).flatMap(([name, { per }]) => (per === 'tree' ? [name] : []))
    return names.length === 0 ? [] : [{ stage, program: [{ ...one, scope: null }], names }]
  }),
)

const alone = <L extends Leaf>(
  { executor, release }: Pick<Manner<L>, 'executor' | 'release'>,
  { scalars, donate }: Pick<Work<L>, 'scalars' | 'donate'>,
  { stage, program, names }: Numbered,
  own: SlotLeaves<L>,
): SlotLeaves<L> => {
  const number = (name: string): L => must(own[name]?.[0] ?? undefined, `number ${name} of a tree`) // null: a broken record
  const some = number(must(names[0], 'name of a number'))
  const [nothing, one] = [zerosLike(some, [0]), zerosLike(some, [])]
  const placed = Object.entries(must(program[0], 'stage').equation.slots).map(
    ([name, { per }]) => [name, [per === 'tree' ? number(name) : per === 'leaf' ? one : nothing]] as const,
  )
  const done = executor({
    stages: program,
    mode: 'update',
    skeleton: skeletonOf(nothing, 'a leaf without elements'),
    updates: [nothing],
    params: [nothing],
    donate: false,
    slots: [Object.fromEntries(placed)],
    scalars: [must(scalars[stage], 'scalars of a stage')],
  })
  const made = must(done.slots[0], 'slots of a stage')
  const after = Object.fromEntries(names.map((name) => [name, must(made[name], 'list of a slot')]))
  const [before, kept] = [new Set<L | null>(names.map(number)), new Set(Object.values(after).flat())]
  for (const leaf of new Set([nothing, one, ...done.leaves, ...Object.values(made).flat()]))
    if (leaf !== null && !before.has(leaf) && !kept.has(leaf)) release(leaf)
  if (donate) for (const leaf of before) if (leaf !== null && !kept.has(leaf)) release(leaf)
  return { ...own, ...after }
}
