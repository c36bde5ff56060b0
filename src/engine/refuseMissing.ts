/** @internal */
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { type Skeleton, spell, pathAt } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

/** Throws where a slot has no tensor for a leaf that its stage runs on: all executors find the same. */
export const refuseMissing = (
  stage: Stage,
  skeleton: Skeleton,
  slots: SlotLeaves<Leaf>,
  updates: readonly (Leaf | null)[],
): void => {
  const { equation, scope } = stage
  for (const name in equation.slots) {
    const { per } = must(equation.slots[name], 'slot of an equation')
    const list = must(slots[name], 'list of a slot')
    const count = per === 'tree' ? 1 : skeleton.paths.length
    for (let leaf = 0; leaf < count; leaf++) {
      if ((list[leaf] ?? null) !== null) continue
      if (per === 'tree') throw missingNumber(stage, name, list[leaf])
      const runs = (scope?.includes(skeleton)[leaf] ?? true) && ((updates[leaf] ?? null) !== null || equation.observes)
      if (runs) throw missingLeaf(stage, name, per, skeleton, leaf, list[leaf])
    }
  }
}

const missingNumber = ({ at }: Stage, name: string, found: unknown): TreeMismatch =>
  new TreeMismatch({
    where: `state.${[...at, name].join('.')}`,
    path: '',
    expected: 'a tensor of one number',
    found: spell(found),
    hint: 'Pass the state that this optimizer made.',
  })

const missingLeaf = (
  { at, equation }: Stage,
  name: string,
  per: 'element' | 'leaf',
  skeleton: Skeleton,
  leaf: number,
  found: unknown,
): TreeMismatch =>
  new TreeMismatch({
    where: `state.${[...at, name].join('.')}`,
    path: pathAt(skeleton, leaf),
    expected:
      per === 'leaf'
        ? 'a tensor of one number'
        : `a tensor of shape [${skeleton.shapes[leaf]?.join(', ')}] and dtype ${skeleton.dtypes[leaf]}`,
    found: spell(found),
    hint: `The state was made for a mask that hides this leaf, or for other parameters, and ${equation.name} runs on it now: grow it with grown(optimizer)(state, params), make a new one with init(params), or pass null as its update.`,
  })
