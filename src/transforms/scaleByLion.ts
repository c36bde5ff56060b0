import { zeros } from '../equation/Slot.js'
import { oneOf } from '../scalars/kinds.js'
import { unitInterval } from '../scalars/Decay.js'
import { finite } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByLion`. */
export interface ScaleByLionOptions {
  /** Decay between momentum and gradient in the update, in [0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the momentum, in [0, 1].
   *
   *  @defaultValue 0.99 */
  readonly b2?: number
  /** How the sign is taken: `'hard'`, `'smooth'` or `'refined'`.
   *
   *  @defaultValue 'hard' */
  readonly mode?: 'hard' | 'smooth' | 'refined'
  /** How steep the smooth sign is.
   *
   *  @defaultValue 1 */
  readonly smoothBeta?: number
}

/** The state of `scaleByLion`. */
export interface ScaleByLionState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly mu: P
}

/** `ScaleByLionState` as a function of the parameters. */
export interface ScaleByLion extends StateLambda {
  readonly State: ScaleByLionState<this['Params']>
}

/** The sign of a momentum: every parameter moves by the same amount.
 *
 *  ```text
 *  x = β₁·m + (1−β₁)·g     m = β₂·m + (1−β₂)·g
 *  u = sign(x),   smooth: tanh(smoothBeta·x),   refined: x where |x| < 1, else sign(x)
 *  ```
 *
 *  @shapes state `{ count, mu }`; mu like the parameters.
 *  @laws `mode: 'hard'` is invariant to the scale of gradients.
 *  @reference Chen et al. 2023, arXiv:2302.06675; optax.scale_by_lion
 *  @example chain(scaleByLion(), scaleByLearningRate({ learningRate: 1e-4 })) */
export const scaleByLion = (given?: ScaleByLionOptions): Transformation<ScaleByLion> => {
  const checked = parse(given)
  const { b1, b2, mode, smoothBeta } = checked
  return equation({
    name: 'scaleByLion',
    options: checked,
    slots: { mu: zeros },
    host: counting,
    scalars: () => ({ b1, a1: 1 - b1, b2, a2: 1 - b2, s: smoothBeta }),
  })((A) => ({ update: g, mu }, { b1, a1, b2, a2, s }) => {
    const x = moment(A)(b1, mu, a1, g)
    const update =
      mode === 'hard'
        ? A.sign(x)
        : mode === 'smooth'
          ? A.tanh(A.mul(s, x))
          : A.where(A.less(A.abs(x), A.lit(1)), x, A.sign(x))
    return { update, mu: moment(A)(b2, mu, a2, g) }
  })
}

const parse = optionsFor<ScaleByLionOptions>()('scaleByLion', {
  b1: withDefault(unitInterval, 0.9),
  b2: withDefault(unitInterval, 0.99),
  mode: withDefault(oneOf('hard', 'smooth', 'refined'), 'hard'),
  smoothBeta: withDefault(finite, 1),
})
