/** @internal */
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { type Skeleton, spell, pathAt } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

/** Throws where a slot has no tensor for a leaf that its stage runs on: all executors find the same. */
export const refuseMissing = (
  { equation, scope, at }: Stage,
  skeleton: Skeleton,
  slots: SlotLeaves<Leaf>,
  updates: readonly (Leaf | null)[],
): void => {
  const included = scope?.includes(skeleton)
  const missing = (name: string, leaf: number | undefined, expected: string, hint: string): TreeMismatch =>
    new TreeMismatch({
      where: `state.${[...at, name].join('.')}`,
      path: leaf === undefined ? '' : pathAt(skeleton, leaf),
      expected,
      found: spell(leaf === undefined ? slots[name]?.[0] : slots[name]?.[leaf]),
      hint,
    })
  for (const name in equation.slots) {
    const { per } = must(equation.slots[name], 'slot of an equation')
    const list = must(slots[name], 'list of a slot')
    if (per === 'tree') {
      if ((list[0] ?? null) === null)
        throw missing(name, undefined, 'a tensor of one number', 'Pass the state that this optimizer made.')
      continue
    }
    for (let leaf = 0; leaf < skeleton.paths.length; leaf++) {
      if ((list[leaf] ?? null) !== null) continue
      const runs = (included?.[leaf] ?? true) && ((updates[leaf] ?? null) !== null || equation.observes)
      if (runs)
        throw missing(
          name,
          leaf,
          per === 'leaf'
            ? 'a tensor of one number'
            : `a tensor of shape [${skeleton.shapes[leaf]?.join(', ')}] and dtype ${skeleton.dtypes[leaf]}`,
          `The state was made for a mask that hides this leaf, or for other parameters, and ${equation.name} runs on it now: grow it with grown(optimizer)(state, params), make a new one with init(params), or pass null as its update.`,
        )
    }
  }
}
