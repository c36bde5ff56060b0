/** @internal */
import { must } from '../scalars/must.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves, Work } from '../equation/Work.js'
import type { Leaf } from '../tree/Tree.js'
import { othersOf } from './othersOf.js'
import type { Manner } from '../equation/Manner.js'

/** The slots of a stage after a run, in which an average of a leaf that no equation is for (a counter, a condition) is the leaf as
 *  it is: the same values in the same dtype, whatever has become of it outside. */
export const carried = <L extends Leaf>(
  { copied, release, donate }: Pick<Manner<L>, 'copied' | 'release' | 'donate'>,
  { stages, skeleton, updates, params }: Pick<Work<L>, 'stages' | 'skeleton' | 'updates' | 'params'>,
  s: number,
  own: SlotLeaves<L>,
): SlotLeaves<L> => {
  const stage = must(stages[s], 'stage')
  if (!stage.equation.observes) return own
  const untrained = othersOf(skeleton)
  if (untrained.length === 0) return own // mostly
  const others = untrained.filter((leaf) => (updates[leaf] ?? null) === null)
  const followed = Object.entries(own).map(([name, list]) => {
    if (!follows(stage, name)) return [name, list] as const
    const next = list.map((leaf, i) => {
      const param = others.includes(i) ? (params[i] ?? null) : null
      if (leaf === null || param === null || isCopy(leaf, param)) return leaf
      if (donate) release(leaf)
      const copy = copied(param)
      const memory = memoryOf(param)
      if (memory !== undefined) origins.set(copy, memory)
      return copy
    })
    return [name, next.every((leaf, i) => leaf === list[i]) ? list : next] as const
  })
  return followed.every(([name, list]) => list === own[name]) ? own : Object.fromEntries(followed)
}

/** What is copied shares its memory, or, on backends that copy the values, is remembered with the memory that it is of. */
const isCopy = (copy: Leaf, of: Leaf): boolean => {
  const memory = memoryOf(of)
  return memory !== undefined && (memoryOf(copy) === memory || origins.get(copy) === memory)
}

const origins = new WeakMap<Leaf, object>()

const memoryOf = (leaf: Leaf): object | undefined =>
  'dataId' in leaf && typeof leaf.dataId === 'object' && leaf.dataId !== null ? leaf.dataId : undefined

const follows = ({ equation: { slots } }: Stage, name: string): boolean => slots[name]?.start === 'param'
