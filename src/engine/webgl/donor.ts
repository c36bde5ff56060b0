/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Output } from '../../equation/Graph.js'
import type { Work } from '../../equation/Work.js'
import type { Plan } from './Plan.js'

/** Disposes what a donating step has replaced: a leaf's tensors as soon as the leaf is drawn, so that the next leaf
 *  takes their memory. */
export interface Donor {
  readonly afterLeaf: (leaf: number) => void
  readonly atEnd: () => void
}

const nothing: Donor = { afterLeaf: () => {}, atEnd: () => {} }

/** The donor of a work; it does nothing unless the work donates. */
export const donor = (work: Work<Tensor>, { classes }: Plan): Donor => {
  if (!work.donate) return nothing
  const early: Tensor[][] = work.params.map(() => [])
  const late = new Set<Tensor>()
  const uses = new Map<Tensor, number>()
  const count = (tensor: Tensor | null): void => {
    if (tensor !== null) uses.set(tensor, (uses.get(tensor) ?? 0) + 1)
  }
  work.updates.forEach(count)
  work.params.forEach(count)
  for (const slots of work.slots) for (const name in slots) slots[name]?.forEach(count)
  const left = new Map(uses)
  const give = (tensor: Tensor | null | undefined, leaf: number | undefined): void => {
    if (tensor === null || tensor === undefined) return
    if (leaf !== undefined && uses.get(tensor) === 1) {
      early[leaf]?.push(tensor)
      return
    }
    // Used more than once: it goes when every use was replaced.
    const rest = (left.get(tensor) ?? 1) - 1
    left.set(tensor, rest)
    if (rest === 0) late.add(tensor)
  }
  const given = new Set<string>()
  for (const { graph, leaves } of classes)
    for (const { target } of graph.outputs) {
      const isTree = target.kind === 'slot' && target.per === 'tree'
      const key = isTree ? `${target.stage} ${target.name}` : ''
      if (given.has(key)) continue
      if (isTree) given.add(key)
      for (const leaf of isTree ? leaves.slice(0, 1) : leaves) replaced(work, target, leaf, give)
    }
  return {
    afterLeaf: (leaf) => early[leaf]?.forEach((tensor) => tensor.dispose()),
    atEnd: () => late.forEach((tensor) => tensor.dispose()),
  }
}

const replaced = (
  work: Work<Tensor>,
  target: Output['target'],
  leaf: number,
  give: (tensor: Tensor | null | undefined, leaf: number | undefined) => void,
): void => {
  if (target.kind === 'leaf') {
    if (work.mode === 'step') give(work.params[leaf], leaf)
    return
  }
  const list = work.slots[target.stage]?.[target.name]
  // A number for the tree or for the leaf is still read by draws to come.
  if (target.per === 'element') give(list?.[leaf], leaf)
  else give(list?.[target.per === 'leaf' ? leaf : 0], undefined)
}
