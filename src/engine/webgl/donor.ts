/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Write } from '../../equation/Graph.js'
import { rememberedOne } from '../../equation/Program.js'
import type { Stage, StatePath } from '../../equation/Stage.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { StepPlan } from '../plan/planOf.js'
import { isGivenAway, leafIn } from '../plan/WorkList.js'

/** Disposes what a donating step has replaced: a leaf's tensors as soon as the leaf is drawn, so that the next leaf
 *  takes their memory. */
export interface Donor {
  readonly afterLeaf: (leaf: number) => void
  readonly atEnd: () => void
}

const nothing: Donor = { afterLeaf: () => {}, atEnd: () => {} }

/** The donor of a work; it does nothing unless the work donates. */
export const donor = (work: Work<Tensor>, { outline, leaves }: StepPlan): Donor => {
  if (!work.donate) return nothing
  const early: Tensor[][] = work.params.map(() => [])
  const late = new Set<Tensor>()
  const uses = new Map<Tensor, number>()
  const count = (tensor: Tensor | null): void => {
    if (tensor !== null) uses.set(tensor, (uses.get(tensor) ?? 0) + 1) // not seen before: none
  }
  work.updates.forEach(count)
  work.params.forEach(count)
  const own = slotsFirstNamed(work.stages)
  work.slots.forEach((slots, s) => {
    for (const name of must(own[s], 'slots')) must(slots[name], 'slot').forEach(count)
  })
  const left = new Map(uses)
  /** A number for the tree or for a leaf is still read by draws to come, so it goes at the end. */
  const give = ({ list }: Write, leaf: number, when: 'early' | 'late'): void => {
    if (!isGivenAway(work, list)) return
    const tensor = leafIn(work, list, leaf)
    if (when === 'early' && uses.get(tensor) === 1) {
      must(early[leaf], 'place').push(tensor)
      return
    }
    // Used more than once: it goes when every use was replaced.
    const rest = must(left.get(tensor), 'count of the uses of a tensor') - 1
    left.set(tensor, rest)
    if (rest === 0) late.add(tensor)
  }
  outline.classes.forEach(({ elements, perLeaf, perTree }, c) => {
    const inClass = must(leaves[c], 'class')
    for (const leaf of inClass) {
      for (const write of elements) give(write, leaf, 'early')
      for (const write of perLeaf) give(write, leaf, 'late')
    }
    const first = must(inClass[0], 'leaf')
    for (const write of perTree) give(write, first, 'late')
  })
  return {
    afterLeaf: (leaf) => must(early[leaf], 'place').forEach((tensor) => tensor.dispose()),
    atEnd: () => late.forEach((tensor) => tensor.dispose()),
  }
}

/** The slots of each stage that no earlier one on the same record has: what begins anew stands behind what it was, and
 *  what is in it is of one use, not of two. */
const slotsFirstNamed = rememberedOne((stages: readonly Stage[]): readonly (readonly string[])[] =>
  stages.map(({ at, equation }, s) => {
    const earlier = stages.slice(0, s).filter((one) => isSamePath(one.at, at))
    return Object.keys(equation.slots).filter((name) => !earlier.some((one) => Object.hasOwn(one.equation.slots, name)))
  }),
)

const isSamePath = (a: StatePath, b: StatePath): boolean => a.length === b.length && a.every((key, i) => key === b[i])
