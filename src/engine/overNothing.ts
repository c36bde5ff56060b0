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

/** The slots of a stage after a run, with its numbers of the tree if no leaf came by it: for those too this is a step,
 *  and sums over nothing are 0. It runs on a leaf without elements in the place of all. */
export const overNothing = <L extends Leaf>(
  { executor, release }: Pick<Manner<L>, 'executor' | 'release'>,
  work: Work<L>,
  s: number,
  own: SlotLeaves<L>,
): SlotLeaves<L> => {
  const stage = must(work.stages[s], 'stage')
  const { names, program } = numbered(stage)
  if (names.length === 0 || classesOf(work).some(({ active }) => active[s] === true)) return own
  const number = (name: string): L => must(own[name]?.[0] ?? undefined, `number ${name} of a tree`) // null: a broken record
  const some = number(must(names[0], 'name of a number'))
  const [nothing, one] = [zerosLike(some, [0]), zerosLike(some, [])]
  const placed = Object.entries(stage.equation.slots).map(
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
    scalars: [must(work.scalars[s], 'scalars')],
  })
  const made = must(done.slots[0], 'slots')
  const after = Object.fromEntries(names.map((name) => [name, must(made[name], 'slot')]))
  const [before, kept] = [new Set<L | null>(names.map(number)), new Set(Object.values(after).flat())]
  for (const leaf of new Set([nothing, one, ...done.leaves, ...Object.values(made).flat()]))
    if (leaf !== null && !before.has(leaf) && !kept.has(leaf)) release(leaf)
  if (work.donate) for (const leaf of before) if (leaf !== null && !kept.has(leaf)) release(leaf)
  return { ...own, ...after }
}

/** Its numbers of the tree, and it alone, on all leaves: the same list each time. */
const numbered = rememberedOne(
  (stage: Stage): { readonly names: readonly string[]; readonly program: readonly Stage[] } => ({
    names: Object.entries(stage.equation.slots).flatMap(([name, { per }]) => (per === 'tree' ? [name] : [])),
    program: [{ ...stage, scope: null }],
  }),
)
