import { checkFunction } from '../scalars/checkFunction.js'
import { join } from '../tree/Skeleton.js'
import { isLeaf, type Tree } from '../tree/Tree.js'
import type { ChoiceTree } from './choiceTree.js'

/** A leaf as a mask or a labelling sees it: its shape and dtype, never its values. */
export interface MaskLeaf {
  readonly shape: readonly number[]
  readonly dtype: string
}

/** A choice by path, for masks and labels.
 *
 *  @laws chooses for every leaf; depends on paths, shapes and dtypes only if the function does.
 *  @example masked({ mask: byPath((path, { shape }) => shape.length > 1) })(addDecayedWeights({ weightDecay: 1e-4 })) */
export const byPath = <const A extends boolean | string>(choose: (path: string, leaf: MaskLeaf) => A) => {
  checkFunction('byPath: choose', choose, "(path) => path.endsWith('kernel')")
  return (params: Tree): ChoiceTree<A> => {
    const below = (node: unknown, path: string): ChoiceTree<A> => {
      if (isLeaf(node)) return choose(path, node)
      if (Array.isArray(node)) return node.map((child: unknown, i) => below(child, join(path, i)))
      if (typeof node !== 'object' || node === null) return []
      return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, below(child, join(path, key))]))
    }
    const given: { readonly params: unknown } = { params }
    return below(given.params, '')
  }
}
