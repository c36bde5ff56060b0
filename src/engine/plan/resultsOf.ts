/** @internal */
import { shapeAt } from '../../tree/Skeleton.js'
import type { Done, Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { Leaf } from '../../tree/Tree.js'
import type { StepPlan } from './planOf.js'
import type { WorkList } from './WorkList.js'

/** The lists of a step's result: those that are written are copied once, the others are the very lists that were
 *  given. */
export interface Results<L extends Leaf> {
  /** The successor of a list, to be written to. */
  readonly after: (list: WorkList) => (L | null)[]
  readonly done: () => Done<L>
}

/** The result of a plan before anything is written; updates that are literally zero are there already. */
export const resultsOf = <L extends Leaf>(
  work: Work<L>,
  { outline, leaves }: StepPlan,
  zeros: (shape: readonly number[]) => L,
): Results<L> => {
  const given = work.mode === 'step' ? work.params : work.updates
  let next: (L | null)[] | undefined
  const slots: Record<string, readonly (L | null)[]>[] = [...work.slots]
  const after = (list: WorkList): (L | null)[] => {
    if (list.op !== 'slot') return (next ??= [...given])
    const { stage, name } = list
    const old = must(work.slots[stage], 'slots')
    if (slots[stage] === old) slots[stage] = { ...old }
    const own = must(slots[stage], 'slots')
    if (own[name] === old[name]) own[name] = [...must(old[name], 'slot')]
    return own[name] as (L | null)[] // made here, and not yet seen by anyone else
  }
  outline.classes.forEach(({ graph }, c) => {
    if (graph.leaf !== 'zero') return
    const list = after({ op: 'update' })
    for (const leaf of must(leaves[c], 'class')) list[leaf] = zeros(shapeAt(work.skeleton, leaf))
  })
  return { after, done: () => ({ leaves: next ?? given, slots }) } // what nobody wrote to is as it was
}
