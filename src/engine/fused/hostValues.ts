/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Work } from '../../equation/Work.js'
import type { Device } from './Device.js'
import { hostValue } from './hostValue.js'
import type { ClassPlan, FoldPass, FusedPlan } from './planOf.js'

/** Folds the leaves of a class: the results of a pass's folds, leaf after leaf. `values` holds one list for each leaf,
 *  or one for all. */
export type FoldClass = (one: ClassPlan, pass: FoldPass, values: readonly (readonly number[])[]) => readonly number[]

/** Everything about a step that is no array: for each class one list of values by node, or one for each leaf.
 *  Phase by phase; a sum over the tree is taken by all classes before any of them goes on. */
export const hostValues = <R extends object>(
  device: Device<R>,
  work: Work<Tensor>,
  { classes, levels, totals, sizes }: FusedPlan,
  fold: FoldClass,
): readonly (readonly (readonly number[])[])[] => {
  const sums = new Array<number>(totals).fill(0)
  const values = classes.map(({ leaves, perLeaf, literals }) =>
    perLeaf ? leaves.map(() => literals.slice()) : [literals.slice()],
  )
  for (let level = 0; level <= levels; level++) {
    classes.forEach((one, c) => {
      values[c]?.forEach((own, k) => enter(device, work, one, level, own, one.leaves[k] ?? 0, sizes, sums))
    })
    if (level < levels) classes.forEach((one, c) => foldInto(one, level, values[c] ?? [], sizes, sums, fold))
  }
  return values
}

/** Computes what the host can know at the beginning of a phase. */
const enter = <R extends object>(
  device: Device<R>,
  work: Work<Tensor>,
  { host, graph, totals }: ClassPlan,
  level: number,
  own: number[],
  leaf: number,
  sizes: readonly number[],
  sums: readonly number[],
): void => {
  for (const id of host[level] ?? []) {
    const node = graph.nodes[id]
    if (node === undefined) continue
    switch (node.op) {
      case 'uniform': {
        const uniform = graph.uniforms[node.uniform]
        if (uniform?.kind === 'scalar') own[id] = Math.fround(work.scalars[uniform.stage]?.[uniform.name] ?? Number.NaN)
        break
      }
      case 'slot': {
        const tensor = work.slots[node.stage]?.[node.name]?.[node.per === 'tree' ? 0 : leaf] ?? null
        if (tensor === null) throw new TypeError('a leaf is missing in a state: was the state made by this optimizer?')
        own[id] = device.numberIn(device.memoryOf(tensor))
        break
      }
      case 'leafSize':
        own[id] = Math.fround(sizes[leaf] ?? 0)
        break
      case 'treeSum':
        own[id] = Math.fround(sums[totals.get(id) ?? -1] ?? Number.NaN)
        break
      case 'treeNorm':
        own[id] = Math.fround(Math.sqrt(sums[totals.get(id) ?? -1] ?? Number.NaN))
        break
      default:
        if ('args' in node) own[id] = hostValue(node, own, sizes[leaf] ?? 0)
    }
  }
}

const foldInto = (
  one: ClassPlan,
  level: number,
  lists: readonly number[][],
  sizes: readonly number[],
  sums: number[],
  fold: FoldClass,
): void => {
  const pass = one.folds[level]
  if (pass === undefined) return
  const { results, products } = pass
  const found = results.length > 0 ? fold(one, pass, lists) : []
  if (results.length + products.length > 0)
    one.leaves.forEach((leaf, k) => {
      const own = lists[one.perLeaf ? k : 0] ?? []
      results.forEach((result, r) => {
        const value = found[k * results.length + r] ?? Number.NaN
        if ('node' in result) own[result.node] = Math.fround(result.root ? Math.sqrt(value) : value)
        else sums[result.total] = (sums[result.total] ?? 0) + value
      })
      for (const { node, total, square } of products) {
        const value = own[node] ?? Number.NaN
        sums[total] = (sums[total] ?? 0) + (square ? value * value : value) * (sizes[leaf] ?? 0)
      }
    })
}
