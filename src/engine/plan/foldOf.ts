/** @internal */
import type { Collective } from '../../equation/operations.js'

/** How the elements of a leaf become one number. `squares`: the sum of the squares, right wherever its root is a
 *  float32. */
export type FoldKind = 'sum' | 'max' | 'squares'

/** How the operand of a collective is folded. A norm is the root of what comes of it. */
export const foldOf = (op: Collective): FoldKind => folds[op]

const folds: Readonly<Record<Collective, FoldKind>> = {
  leafSum: 'sum',
  leafMax: 'max',
  leafNorm: 'squares',
  treeSum: 'sum',
  treeNorm: 'squares',
}
