/** @internal */
import type { Fold } from '../fused/Kernel.js'

/** The names of the sums that a column needs: a norm has one each of squares as they are, scaled up and scaled down. */
export const sumsOf = (column: string, fold: Fold['fold']): readonly string[] =>
  fold === 'max' ? [] : fold === 'sum' ? [column] : [column, `${column}u`, `${column}d`]
