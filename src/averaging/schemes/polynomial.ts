import { nonNegative } from '../../scalars/numbers.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { countedScheme } from './countedScheme.js'

/** How much later parameters weigh. */
export interface PolynomialOptions {
  /** The weight of step t grows about as t^η; 0 is the plain mean. A finite number ≥ 0.
   *
   *  @defaultValue 3 */
  readonly eta?: number
}

/** Polynomial-decay averaging: a mean that forgets the beginning without a window to choose.
 *
 *  ```text
 *  c = (η+1)/(n+η)
 *  ```
 *
 *  @throws `RangeError`/`TypeError` for an η that is no finite number ≥ 0.
 *  @laws η = 0 is `uniform`; the first update copies.
 *  @reference Shamir & Zhang 2013, arXiv:1212.1824
 *  @example withAverage(polynomial({ eta: 3 })) */
export const polynomial = (given?: PolynomialOptions): Scheme => {
  const checked = parse(given)
  const { eta } = checked
  return countedScheme('polynomial', checked, 'steps', ({ n }) => (eta + 1) / (n + eta))
}

const parse = options('polynomial', { eta: withDefault(nonNegative, 3) })
