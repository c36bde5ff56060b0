/** @internal */
import type { Output } from '../../equation/Graph.js'
import type { Node } from '../../equation/Node.js'
import { present } from '../../equation/present.js'
import type { Slot } from '../../equation/Slot.js'
import type { SlotLeaves, Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { Leaf } from '../../tree/Tree.js'

/** One of the lists of leaves that a work holds. */
export type WorkList =
  | { readonly kind: 'update' | 'param' }
  | { readonly kind: 'slot'; readonly stage: number; readonly name: string; readonly per: Slot['per'] }

/** A node that is read from a list of the work. */
export type InputNode = Extract<Node, { op: 'update' | 'param' | 'slot' }>

export const isInput = (node: Node): node is InputNode =>
  node.op === 'update' || node.op === 'param' || node.op === 'slot'

/** The list that a node is read from. */
export const listOf = (node: InputNode): WorkList =>
  node.op === 'slot' ? { kind: 'slot', stage: node.stage, name: node.name, per: node.per } : { kind: node.op }

/** The list whose successor an output is. */
export const listAfter = ({ target }: Output, mode: Work<Leaf>['mode']): WorkList =>
  target.kind === 'slot' ? target : { kind: mode === 'step' ? 'param' : 'update' }

/** Equal names are one list. */
export const nameOf = (list: WorkList): string => (list.kind === 'slot' ? `${list.stage} ${list.name}` : list.kind)

/** The leaves of a list, by leaf; one alone if there is one number for the tree. */
export const listIn = <L extends Leaf>(work: Work<L>, list: WorkList): readonly (L | null)[] => {
  if (list.kind === 'slot') return slotIn(must(work.slots[list.stage], 'slots'), list.name)
  return list.kind === 'update' ? work.updates : work.params
}

const slotIn = <L>(slots: SlotLeaves<L>, name: string): readonly (L | null)[] => must(slots[name], 'slot')

/** Where in a list a leaf lies. */
export const placeIn = (list: WorkList, leaf: number): number =>
  list.kind === 'slot' && list.per === 'tree' ? 0 : leaf

/** What a list holds for a leaf that has something there: the door has looked. */
export const leafIn = <L extends Leaf>(work: Work<L>, list: WorkList, leaf: number): L =>
  present(listIn(work, list)[placeIn(list, leaf)])

/** Whether what a list held is given away where it is replaced. Updates never are. */
export const isGivenAway = ({ donate }: Pick<Work<Leaf>, 'donate'>, list: WorkList): boolean =>
  donate && list.kind !== 'update'
