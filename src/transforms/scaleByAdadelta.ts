import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByAdadelta`. */
export interface ScaleByAdadeltaOptions {
  /** Decay of both averages, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly rho?: number
  /** Added under both roots.
   *
   *  @defaultValue 1e-6 */
  readonly eps?: number
}

/** The state of `scaleByAdadelta`. */
export interface ScaleByAdadeltaState<P> {
  /** The mean square of gradients. */
  readonly eG: P
  /** The mean square of updates. */
  readonly eX: P
}

/** `ScaleByAdadeltaState` as a function of the parameters. */
export interface ScaleByAdadelta extends StateLambda {
  readonly State: ScaleByAdadeltaState<this['Params']>
}

/** Rescales by running means of squares of gradients and of the updates themselves: a direction in the parameters'
 *  units.
 *
 *  ```text
 *  E = ρ·E + (1−ρ)·g²     u = g·√(X + ε)/√(E + ε)     X = ρ·X + (1−ρ)·u²
 *  ```
 *
 *  @shapes state `{ eG, eX }`, both like the parameters.
 *  @units those of the parameters, as far as ε is small: a learning rate of 1 is the paper's rule. As in
 *    `scaleByAdam`, gradients from 1.8e19 on make the mean square infinite for good: clip them before.
 *  @reference Zeiler 2012, arXiv:1212.5701; optax.scale_by_adadelta
 *  @example chain(scaleByAdadelta(), scaleByLearningRate({ learningRate: 1 })) */
export const scaleByAdadelta = (given?: ScaleByAdadeltaOptions): Transformation<ScaleByAdadelta> => {
  const checked = parse(given)
  const { rho, eps } = checked
  return equation({
    name: 'scaleByAdadelta',
    options: checked,
    slots: { eG: zeros, eX: zeros },
    scalars: () => ({ r: rho, a: 1 - rho, eps }),
  })((A) => ({ update: g, eG, eX }, { r, a, eps }) => {
    const gradients = moment(A)(r, eG, a, A.mul(g, g))
    const update = A.mul(A.div(A.sqrt(A.add(eX, eps)), A.sqrt(A.add(gradients, eps))), g)
    return { update, eG: gradients, eX: moment(A)(r, eX, a, A.mul(update, update)) }
  })
}

const parse = optionsFor<ScaleByAdadeltaOptions>()('scaleByAdadelta', {
  rho: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(nonNegative, 1e-6),
})
