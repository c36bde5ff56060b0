import type { Kind } from '../../scalars/Kind.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme, Unit } from '../Scheme.js'
import { countedScheme } from './countedScheme.js'
import { span } from './span.js'
import { unitKind } from './unitKind.js'

/** In what time, or in what part of the training, a weight falls to a half. */
export interface HalfLifeOptions<U extends Unit = 'steps'> {
  /** In the unit of the clock, above 0. Default Infinity: `ramp` alone decides. */
  readonly halfLife?: number
  /** The half-life is at most this part of the time since the start, above 0. Default Infinity: `halfLife` alone
   *  decides. */
  readonly ramp?: number
  /** What is counted. Any but 'steps' is handed in with each step as the total so far.
   *
   *  @defaultValue 'steps' */
  readonly unit?: U
}

/** An exponential average by its half-life, in steps, samples, tokens or seconds; amounts may differ from step to step.
 *
 *  ```text
 *  c = 1 − 2^(−Δ/min(h, ramp·to))        Δ = to − from, the amount since the last update
 *  ```
 *
 *  @units those of the clock; a fraction of the training is `{ ramp: 0.05 }`.
 *  @throws `RangeError`/`TypeError` for options out of range, or without any; `RangeError` for a total that decreases.
 *  @laws semigroup: an update over Δ₁ + Δ₂ forgets what one over Δ₁ and one over Δ₂ forget (without a ramp); so neither
 *    batch size nor `every` changes the window.
 *  @reference MosaicML composer's EMA; EDM2's traditional EMA (halfLife, ramp 0.09, samples); torchtitan's
 *    half_life_fraction (ramp)
 *  @example withAverage(halfLife({ halfLife: 500_000, ramp: 0.09, unit: 'samples' })) */
export const halfLife = <const U extends Unit = 'steps'>(given: HalfLifeOptions<U>): Scheme<{}, U> => {
  const checked = parse(given)
  const { halfLife: half, ramp } = checked
  if (half === Infinity && ramp === Infinity)
    throw new TypeError('halfLife: needs a half-life or a ramp. Pass e.g. { halfLife: 1000 } or { ramp: 0.05 }.')
  return countedScheme('halfLife', checked, checked.unit, ({ from, to }) =>
    to === from ? 0 : -Math.expm1((-Math.LN2 * (to - from)) / Math.min(half, ramp * to)),
  )
}

const parse = <U extends Unit>(given: HalfLifeOptions<U>) => {
  const checked = options('halfLife', {
    halfLife: withDefault(span, Infinity),
    ramp: withDefault(span, Infinity),
    // a unit that is passed is of type U, and without one U is 'steps'
    unit: withDefault(unitKind as unknown as Kind<U>, 'steps' as U),
  })
  return checked(given)
}
