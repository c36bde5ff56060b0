import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByMars`. */
export interface ScaleByMarsOptions {
  /** How much of the change of gradients is made up for, ≥ 0. Default 0.025. */
  readonly gamma?: number
  /** The decay of the momentum that follows, in [0, 1). Default 0.95. */
  readonly b1?: number
}

/** The state of `scaleByMars`. */
export interface ScaleByMarsState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The last gradient. */
  readonly last: P
}

/** `ScaleByMarsState` as a function of the parameters. */
export interface ScaleByMars extends StateLambda {
  readonly State: ScaleByMarsState<this['Params']>
}

/** Gradients with the change since the last one added, so that momentum lags less: variance reduction without a second
 *  pass.
 *
 *  ```text
 *  c = g + γ·β₁/(1−β₁)·(g − gₜ₋₁)     u = c/max(1, ‖c‖),  g at first        ‖·‖ over one leaf
 *  ```
 *
 *  @shapes state `{ count, last }`; last like the parameters.
 *  @units gradients, at most 1 long from the second on.
 *  @laws a constant gradient is only clipped; γ = 0 clips.
 *  @departs the first gradient passes as it is, as in timm; the authors start from a gradient of zero.
 *  @reference Yuan et al. 2024, arXiv:2411.10438
 *  @example chain(scaleByMars(), scaleByAdam({ b1: 0.95, b2: 0.99 }), scaleByLearningRate({ learningRate: 3e-3 })) */
export const scaleByMars = (given?: ScaleByMarsOptions): Transformation<ScaleByMars> => {
  const checked = parse(given)
  const { gamma, b1 } = checked
  return equation({
    name: 'scaleByMars',
    options: checked,
    slots: { last: zeros },
    host: counting,
    scalars: ({ count }) => ({ past: count, change: (gamma * b1) / (1 - b1) }),
  })((A) => ({ update: g, last }, { past, change }) => {
    const c = A.add(g, A.mul(change, A.sub(g, last)))
    const clipped = A.div(c, A.max(A.lit(1), A.leafNorm(c)))
    return { update: A.where(A.less(A.lit(0), past), clipped, g), last: g }
  })
}

const parse = options('scaleByMars', {
  gamma: withDefault(nonNegative, 0.025),
  b1: withDefault(halfOpenUnit, 0.95),
})
