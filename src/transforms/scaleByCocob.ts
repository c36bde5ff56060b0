import { copied, filled, zeros } from '../equation/Slot.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByCocob`. */
export interface ScaleByCocobOptions {
  /** How careful the first bets are: the larger, the shorter the first steps.
   *
   *  @defaultValue 100 */
  readonly alpha?: number
  /** What each element's largest gradient starts at.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
}

/** The state of `scaleByCocob`. */
export interface ScaleByCocobState<P> {
  /** The parameters at the start. */
  readonly initParticles: P
  /** The sum of gradients, downhill. */
  readonly cumulativeGradients: P
  /** The largest gradient so far, by size. */
  readonly scale: P
  /** The sum of the sizes of gradients. */
  readonly subgradients: P
  /** What the bets have won. */
  readonly reward: P
}

/** `ScaleByCocobState` as a function of the parameters. */
export interface ScaleByCocob extends StateLambda {
  readonly State: ScaleByCocobState<this['Params']>
}

/** Bets on the signs of gradients instead of taking a learning rate: one wealth for each element.
 *
 *  ```text
 *  L = max(L, |g|)     G = G + |g|     R = max(R − g·(p − p₀), 0)     C = C − g
 *  u = p₀ + C·(L + R) / (L·max(G + L, α·L)) − p
 *  ```
 *
 *  @shapes state `{ initParticles, cumulativeGradients, scale, subgradients, reward }`, each like the parameters.
 *  @units those of the parameters, once the bets have grown; u points downhill: no learning rate turns it.
 *  @laws invariant to the scale of each element's gradients where ε is far below them.
 *  @departs nothing. Only gradients that arrive here count: parameters that something else moves are drawn back.
 *  @reference Orabona & Tommasi 2017, arXiv:1705.07795; optax.contrib.scale_by_cocob
 *  @example scaleByCocob({ alpha: 50 }) */
export const scaleByCocob = (given?: ScaleByCocobOptions): Transformation<ScaleByCocob> => {
  const checked = parse(given)
  const { alpha, eps } = checked
  return equation({
    name: 'scaleByCocob',
    options: checked,
    slots: {
      initParticles: copied,
      cumulativeGradients: zeros,
      scale: filled(eps),
      subgradients: zeros,
      reward: zeros,
    },
    scalars: () => ({ alpha }),
  })(
    (A) =>
      (
        { update: g, param, initParticles: start, cumulativeGradients, scale, subgradients, reward },
        { alpha: caution },
      ) => {
        const size = A.abs(g)
        const L = A.max(scale, size)
        const G = A.add(subgradients, size)
        const R = A.max(A.sub(reward, A.mul(g, A.sub(param, start))), A.lit(0))
        const C = A.sub(cumulativeGradients, g)
        const bet = A.mul(A.div(C, A.mul(L, A.max(A.add(G, L), A.mul(caution, L)))), A.add(L, R))
        return {
          update: A.sub(A.add(start, bet), param),
          initParticles: start,
          cumulativeGradients: C,
          scale: L,
          subgradients: G,
          reward: R,
        }
      },
  )
}

const parse = options('scaleByCocob', {
  alpha: withDefault(nonNegative, 100),
  eps: withDefault(positive, 1e-8),
})
