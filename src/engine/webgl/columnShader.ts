/** @internal */
import type { FoldKind } from '../plan/foldOf.js'

/** How a column of a table is folded in a shader. */
export interface ColumnShader {
  /** The value that changes nothing. */
  readonly empty: string
  readonly start: string
  /** Folds a value; where it is a norm, its squares, or a part of it that was folded before (`parted`). `lane`: into one
   *  lane alone; `times`: it is added so often. */
  readonly add: (value: string, split: 'squares' | 'parted', lane?: '' | '.x', times?: string) => string
  /** The number that comes of it: of a norm a part. */
  readonly result: string
}

/** The statements that fold a column, over numbers or over vectors of four. */
export const columnShader = (type: 'float' | 'vec4', fold: FoldKind, column: number): ColumnShader => {
  const [empty, into, out] =
    fold === 'max' ? ['uintBitsToFloat(0xff800000u)', 'raise', 'largest'] : ['0', 'accumulate', 'settled']
  // A norm has three sums: of squares as they are, scaled up and scaled down.
  const sums = fold === 'squares' ? ['', 'u', 'd'] : ['']
  const results = sums.map((s) => `${out}(a${column}${s}, p${column}${s})`).join(', ')
  return {
    empty,
    start: sums
      .map(
        (s) =>
          `${type} a${column}${s} = ${type}(${empty}), r${column}${s} = a${column}${s}, p${column}${s} = a${column}${s};`,
      )
      .join('\n'),
    add: (value, split, lane = '', times = '') =>
      `{ ${lane === '' ? type : 'float'} q = ${value}, qu, qd; ${fold === 'squares' ? `${split}(q, q, qu, qd); ` : ''}${sums
        .map(
          (s) =>
            `${into}(a${column}${s}${lane}, r${column}${s}${lane}, p${column}${s}${lane}, q${s}${fold === 'max' ? '' : times});`,
        )
        .join(' ')} }`,
    result: fold === 'squares' ? `part(${results})` : results,
  }
}
