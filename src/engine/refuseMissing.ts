/** @internal */
import type { Slot } from '../equation/Slot.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { pathAt, type Skeleton, spell, spellLeaf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { staleState } from './staleState.js'

/** Throws where a slot has no tensor for a leaf that its stage runs on: all executors find the same. */
export const refuseMissing = (
  stage: Stage,
  skeleton: Skeleton,
  slots: SlotLeaves<Leaf>,
  updates: readonly (Leaf | null)[],
): void => {
  const { equation, scope } = stage
  for (const name in equation.slots) {
    const { per } = must(equation.slots[name], 'slot')
    const list = must(slots[name], 'slot')
    const count = per === 'tree' ? 1 : skeleton.paths.length
    for (let leaf = 0; leaf < count; leaf++) {
      if ((list[leaf] ?? null) !== null) continue
      const runs = (scope?.includes(skeleton)[leaf] ?? true) && ((updates[leaf] ?? null) !== null || equation.observes)
      if (runs || per === 'tree') throw missing(stage, name, per, skeleton, leaf, list[leaf])
    }
  }
}

const missing = (
  { at, equation }: Stage,
  name: string,
  per: Slot['per'],
  skeleton: Skeleton,
  leaf: number,
  found: unknown,
): TreeMismatch =>
  new TreeMismatch({
    where: `state.${[...at, name].join('.')}`,
    path: per === 'tree' ? '' : pathAt(skeleton, leaf),
    expected: per === 'element' ? spellLeaf(skeleton, leaf) : 'a tensor of one number',
    found: spell(found),
    hint: per === 'tree' ? 'Pass the state that this optimizer made.' : staleState(equation.name),
  })
