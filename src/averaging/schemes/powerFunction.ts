import type { Kind } from '../../scalars/Kind.js'
import { nonNegative } from '../../scalars/numbers.js'
import { optional, options, withDefault } from '../../scalars/options.js'
import type { Scheme, Unit } from '../Scheme.js'
import { countedScheme } from './countedScheme.js'
import { unitKind } from './unitKind.js'
import { gammaOfWidth, widthKind } from './width.js'

/** How wide a profile is: by its power, or by its width. */
export type PowerFunctionOptions<U extends Unit = 'steps'> = {
  /** What is counted. Any but 'steps' is handed in with each step as the total so far.
   *
   *  @defaultValue 'steps' */
  readonly unit?: U
} & (
  | {
      /** The weight of the parameters at time τ grows as τ^γ: a finite number ≥ 0. */
      readonly gamma: number
      readonly width?: never
    }
  | {
      /** The standard deviation of the profile over the length of the training, in (0, √(1/12)]. */
      readonly width: number
      readonly gamma?: never
    }
)

/** EDM2's power-function average: its window is a fixed part of the training, whatever that is.
 *
 *  ```text
 *  c = 1 − (from/to)^(γ+1)        weights ∝ τ^γ        σ² = (γ+1)/((γ+2)²(γ+3))
 *  ```
 *
 *  @units those of the clock; widths are relative to the time since the start.
 *  @throws `RangeError`/`TypeError` for options out of range, for both of gamma and width and for neither.
 *  @laws the first update copies; γ = 0 is `uniform`; scaling the clock changes nothing; semigroup. Two of them,
 *    stored from time to time, give every other width afterwards: `postHocCoefficients`.
 *  @reference Karras et al. 2024, arXiv:2312.02696, equations 4-7
 *  @example withAverage(powerFunction({ width: 0.1 })) */
export const powerFunction = <const U extends Unit = 'steps'>(given: PowerFunctionOptions<U>): Scheme<{}, U> => {
  const checked = parse(given)
  const { gamma, width, unit } = checked
  if ((gamma === undefined) === (width === undefined))
    throw new TypeError(
      `powerFunction: needs one of gamma and width, found ${gamma === undefined ? 'neither' : 'both'}. ` +
        'Pass e.g. { width: 0.1 }.',
    )
  const power = gamma ?? gammaOfWidth(width ?? Number.NaN) // one of them is there: just checked
  const scheme = countedScheme('powerFunction', { ...checked, gamma: power }, unit, ({ from, to }) =>
    to === from ? 0 : -Math.expm1((power + 1) * Math.log(from / to)),
  )
  return { ...scheme, power }
}

const parse = <U extends Unit>(given: PowerFunctionOptions<U>) => {
  const checked = options('powerFunction', {
    gamma: optional(nonNegative),
    width: optional(widthKind),
    // a unit that is passed is of type U, and without one U is 'steps'
    unit: withDefault(unitKind as unknown as Kind<U>, 'steps' as U),
  })
  return checked(given)
}
