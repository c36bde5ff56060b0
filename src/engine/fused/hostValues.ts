/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { StepPlan } from '../plan/planOf.js'
import { scalarIn } from '../plan/scalarIn.js'
import { leafIn } from '../plan/WorkList.js'
import type { Device } from './Device.js'
import type { FoldPass, HeapClass, HeapPlan, HostNode } from './HeapPlan.js'
import { hostValue } from './hostValue.js'

/** The cells of a class: one list for each leaf, or one for all. */
export type Cells = readonly (readonly number[])[]

/** Folds the leaves of a class: the results of a pass's folds, leaf after leaf. */
export type FoldClass = (c: number, pass: FoldPass, cells: Cells) => readonly number[]

/** Everything about a step that is no array: the cells of each class. Phase by phase; a sum over the tree is taken by all
 *  classes before any of them goes on. */
export const hostValues = <R extends object>(
  device: Device<R>,
  work: Work<Tensor>,
  { outline: { phases, totals }, leaves, sizes }: StepPlan,
  { classes }: HeapPlan,
  fold: FoldClass,
): readonly Cells[] => {
  const sums = new Array<number>(totals).fill(0)
  const leavesOf = (c: number): readonly number[] => must(leaves[c], 'class')
  const cells = classes.map(({ isPerLeaf, start }, c) =>
    isPerLeaf ? leavesOf(c).map(() => start.slice()) : [start.slice()],
  )
  const cellsOf = (c: number): readonly number[][] => must(cells[c], 'cell')
  for (let phase = 0; phase <= phases; phase++) {
    classes.forEach(({ host }, c) => {
      const nodes = must(host[phase], 'phase')
      if (nodes.length === 0) return
      const own = leavesOf(c)
      cellsOf(c).forEach((list, k) => {
        const leaf = must(own[k], 'leaf')
        enter(device, work, nodes, list, leaf, must(sizes[leaf], 'size'), sums)
      })
    })
    if (phase < phases) classes.forEach((one, c) => foldInto(one, c, phase, leavesOf(c), cellsOf(c), sizes, sums, fold))
  }
  return cells
}

/** Computes what the host can know at the beginning of a phase. */
const enter = <R extends object>(
  device: Device<R>,
  work: Work<Tensor>,
  nodes: readonly HostNode[],
  cells: number[],
  leaf: number,
  size: number,
  sums: readonly number[],
): void => {
  for (const { node, cell, args, total } of nodes) {
    switch (node.op) {
      case 'uniform':
        // literals are there from the start
        if (node.uniform.kind === 'scalar') cells[cell] = Math.fround(scalarIn(work, node.uniform))
        break
      case 'slot':
        cells[cell] = device.numberIn(device.memoryOf(leafIn(work, node, leaf)))
        break
      case 'leafSize':
        cells[cell] = Math.fround(size)
        break
      case 'treeSum':
        cells[cell] = Math.fround(sumIn(sums, total))
        break
      case 'treeNorm':
        cells[cell] = Math.fround(Math.sqrt(sumIn(sums, total)))
        break
      case 'update':
      case 'param':
        break // reach each element, and so are never on the host
      default: {
        const [a, b, c] = args
        cells[cell] = hostValue(node.op, valueIn(cells, a), valueIn(cells, b), valueIn(cells, c), size)
      }
    }
  }
}

const sumIn = (sums: readonly number[], total: number | undefined): number => must(sums[must(total, 'sum')], 'sum')

/** Most operations have fewer than three arguments: what they do not have is NaN, and is not looked at. */
const valueIn = (cells: readonly number[], cell: number | undefined): number =>
  cell === undefined ? Number.NaN : must(cells[cell], 'cell')

const foldInto = (
  { folds, isPerLeaf }: HeapClass,
  c: number,
  phase: number,
  leaves: readonly number[],
  cells: readonly number[][],
  sizes: readonly number[],
  sums: number[],
  fold: FoldClass,
): void => {
  const pass = must(folds[phase], 'phase')
  const { results, products } = pass
  if (results.length + products.length === 0) return
  const found = results.length > 0 ? fold(c, pass, cells) : []
  const add = (total: number, part: number): void => {
    sums[total] = sumIn(sums, total) + part
  }
  leaves.forEach((leaf, k) => {
    const own = must(cells[isPerLeaf ? k : 0], 'cell')
    results.forEach((result, r) => {
      const value = must(found[k * results.length + r], 'fold')
      if ('cell' in result) own[result.cell] = Math.fround(result.isRoot ? Math.sqrt(value) : value)
      else add(result.total, value)
    })
    for (const { cell, total, isSquare } of products) {
      const value = valueIn(own, cell)
      add(total, (isSquare ? value * value : value) * must(sizes[leaf], 'size'))
    }
  })
}
