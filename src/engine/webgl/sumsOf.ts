/** @internal */
import type { FoldKind } from '../plan/foldOf.js'

/** The names of the sums that a column needs: a norm has one each of squares as they are, scaled up and scaled down. */
export const sumsOf = (column: string, fold: FoldKind): readonly string[] =>
  fold === 'max' ? [] : fold === 'sum' ? [column] : [column, `${column}u`, `${column}d`]
