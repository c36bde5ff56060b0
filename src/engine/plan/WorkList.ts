/** @internal */
import type { InputNode } from '../../equation/Node.js'
import { present } from '../../equation/present.js'
import type { SlotLeaves, Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { Leaf } from '../../tree/Tree.js'

/** One of the lists of leaves that a work holds: the node that is read from it. */
export type WorkList = InputNode

/** Equal names are one list. */
export const nameOf = (list: WorkList): string => (list.op === 'slot' ? `${list.stage} ${list.name}` : list.op)

/** The leaves of a list, by leaf; one alone if there is one number for the tree. */
export const listIn = <L extends Leaf>(work: Work<L>, list: WorkList): readonly (L | null)[] => {
  if (list.op === 'slot') return slotIn(must(work.slots[list.stage], 'slots'), list.name)
  return list.op === 'update' ? work.updates : work.params
}

const slotIn = <L>(slots: SlotLeaves<L>, name: string): readonly (L | null)[] => must(slots[name], 'slot')

/** Where in a list a leaf lies. */
export const placeIn = (list: WorkList, leaf: number): number => (list.op === 'slot' && list.per === 'tree' ? 0 : leaf)

/** What a list holds for a leaf that has something there: the door has looked. */
export const leafIn = <L extends Leaf>(work: Work<L>, list: WorkList, leaf: number): L =>
  present(listIn(work, list)[placeIn(list, leaf)])

/** Whether what a list held is given away where it is replaced. Updates never are. */
export const isGivenAway = ({ donate }: Pick<Work<Leaf>, 'donate'>, list: WorkList): boolean =>
  donate && list.op !== 'update'
