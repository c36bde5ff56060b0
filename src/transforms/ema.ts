import { zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `ema`. */
export interface EmaOptions {
  /** How much of the old value stays at each step, in [0, 1). */
  readonly decay: number
  /** Divides by 1 − decayᵗ, so that early values are not drawn to zero.
   *
   *  @defaultValue true */
  readonly debias?: boolean
}

/** The state of `ema`. */
export interface UpdateEmaState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The running average of updates, without bias correction. */
  readonly ema: P
}

/** `UpdateEmaState` as a function of the parameters. */
export interface UpdateEma extends StateLambda {
  readonly State: UpdateEmaState<this['Params']>
}

/** Replaces updates by their running average. For an average of the parameters see `withMovingAverage`.
 *
 *  ```text
 *  E = d·E + (1−d)·g     u = E/(1−dᵗ),   or E without `debias`
 *  ```
 *
 *  @shapes state `{ count, ema }`; ema like the parameters, without bias correction.
 *    A leaf without a gradient rests, while the one count goes on: where the first comes after n steps, `debias`
 *    gives (1−d)/(1−dⁿ⁺¹) of it, not all.
 *  @laws linear; a constant gradient comes out as it is with `debias`.
 *  @reference optax.ema
 *  @example chain(ema({ decay: 0.9, debias: false }), scaleByLearningRate({ learningRate: 0.1 })) */
export const ema = (given: EmaOptions): Transformation<UpdateEma> => {
  const { decay, debias } = parse(given)
  return equation({
    name: 'ema',
    options: { decay, debias },
    slots: { ema: zeros },
    host: counting,
    scalars: ({ count }) => ({ d: decay, a: 1 - decay, c: 1 - decay ** (count + 1) }),
  })((A) => ({ update, ema: E }, { d, a, c }) => {
    const next = moment(A)(d, E, a, update)
    return { update: debias ? A.div(next, c) : next, ema: next }
  })
}

const parse = optionsFor<EmaOptions>()('ema', { decay: required(halfOpenUnit), debias: withDefault(flag, true) })
