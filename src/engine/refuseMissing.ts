/** @internal */
import type { Slot } from '../equation/Slot.js'
import type { Stage } from '../equation/Stage.js'
import { pathAt, type Skeleton, spell, spellLeaf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { staleState } from './staleState.js'

/** Throws where a slot has no tensor for a leaf that its stage runs on. `where` names the slot. */
export const refuseMissing = (
  { equation: { name, observes }, scope }: Stage,
  per: Slot['per'],
  where: string,
  skeleton: Skeleton,
  list: readonly (Leaf | null | undefined)[],
  updates: readonly (Leaf | null)[],
): void => {
  list.forEach((found, leaf) => {
    if (found !== null && found !== undefined) return
    const isOne = per === 'tree'
    if (isOne || ((scope?.includes(skeleton)[leaf] ?? true) && (observes || updates[leaf] !== null)))
      throw new TreeMismatch({
        where,
        path: isOne ? '' : pathAt(skeleton, leaf),
        expected: per === 'element' ? spellLeaf(skeleton, leaf) : 'a tensor of one number',
        found: spell(found),
        hint: isOne ? 'Pass the state that this optimizer made.' : staleState(name),
      })
  })
}
