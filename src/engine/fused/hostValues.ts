/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { FoldKind } from '../plan/foldOf.js'
import type { StepPlan } from '../plan/planOf.js'
import type { FoldPass, HeapPlan } from './HeapPlan.js'
import { type Cells, type HostNode, valueIn } from './hostNode.js'
import { startOf } from './Kernel.js'

/** Of a class, what belongs to the leaf at a place among its leaves: there is something for each, or the same for all. */
export const at = <A>(all: readonly A[], k: number): A => must(all[all.length === 1 ? 0 : k], 'leaf')

/** Everything about a step that is no array: the cells of each class. Phase by phase; a sum over the tree is taken by all
 *  classes before any of them goes on.
 *
 *  @param folded what a pass folds of a class, leaf after leaf */
export const hostValues = (
  numberIn: (tensor: Tensor) => number,
  work: Work<Tensor>,
  { outline: { phases, totals }, leaves, sizes }: StepPlan,
  { classes }: HeapPlan,
  folded: (c: number, pass: FoldPass, cells: readonly Cells[]) => readonly number[],
): readonly (readonly Cells[])[] => {
  const sums = new Array<number>(totals).fill(0)
  const sizeOf = (leaf: number): number => must(sizes[leaf], 'size')
  const compute = (nodes: readonly HostNode[], cells: number[], leaf: number): number[] => {
    const given = { work, leaf, size: sizeOf(leaf), numberIn }
    for (const { cell, valueOf } of nodes) cells[cell] = Math.fround(valueOf(cells, given))
    return cells
  }
  const all = classes.map(({ isPerLeaf, once }, c) => {
    const own = must(leaves[c], 'class')
    const first = compute(once, [], must(own[0], 'leaf'))
    return { own, cells: isPerLeaf ? own.map(() => first.slice()) : [first] }
  })
  for (let phase = 0; ; phase++) {
    classes.forEach(({ host }, c) => {
      const nodes = must(host[phase], 'phase')
      const { own, cells } = must(all[c], 'class')
      cells.forEach((list, k) => compute(nodes, list, must(own[k], 'leaf')))
    })
    if (phase === phases) break
    const passes = classes.map(({ folds }) => must(folds[phase], 'phase'))
    passes.forEach((pass, c) => {
      if (pass.foldings.length === 0) return
      const { own, cells } = must(all[c], 'class')
      const found = folded(c, pass, cells)
      let f = 0
      own.forEach((leaf, k) => {
        const list = at(cells, k)
        for (const { fold, cell, from, total } of pass.foldings) {
          const part =
            from === undefined ? must(found[f++], 'fold') : foldedAlike(fold, valueIn(list, from), sizeOf(leaf))
          if (total === undefined) list[cell] = rooted(fold, part)
          else sums[total] = valueIn(sums, total) + part
        }
      })
    })
    passes.forEach((pass, c) => {
      for (const { fold, cell, total } of pass.foldings)
        if (total !== undefined)
          for (const list of must(all[c], 'class').cells) list[cell] = rooted(fold, valueIn(sums, total))
    })
  }
  return all.map(({ cells }) => cells)
}

/** What a fold gives for a leaf whose elements are all the same. The number may be infinite where there are none. */
const foldedAlike = (fold: FoldKind, x: number, size: number): number =>
  size === 0 ? startOf({ fold }) : fold === 'max' ? x : (fold === 'sum' ? x : x * x) * size

const rooted = (fold: FoldKind, x: number): number => Math.fround(fold === 'squares' ? Math.sqrt(x) : x)
