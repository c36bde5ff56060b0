/** @internal */
import type { Collective } from '../../equation/operations.js'
import type { Fold } from './Kernel.js'

/** How the operand of a collective is folded. A norm is the root of what comes of it. */
export const foldOf = (op: Collective): Fold['fold'] => folds[op]

const folds: Readonly<Record<Collective, Fold['fold']>> = {
  leafSum: 'sum',
  leafMax: 'max',
  leafNorm: 'squares',
  treeSum: 'sum',
  treeNorm: 'squares',
}
