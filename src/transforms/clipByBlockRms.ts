import { positive } from '../scalars/numbers.js'
import { optionsFor, required } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'
import { inProportion } from './inProportion.js'

/** Options of `clipByBlockRms`. */
export interface ClipByBlockRmsOptions {
  /** The largest value that is let through. */
  readonly threshold: number
}

/** Scales each leaf down so that its root mean square is at most a bound.
 *
 *  ```text
 *  u = g / max(1, √mean(g²) / threshold)        the mean over one leaf
 *  ```
 *
 *  @shapes any; no state.
 *  @units threshold is in the updates' units.
 *  @laws never increases a leaf's norm; keeps its direction; idempotent up to rounding.
 *  @reference Shazeer & Stern 2018, arXiv:1804.04235; optax.clip_by_block_rms
 *  @example chain(clipByBlockRms({ threshold: 1 }), adam({ learningRate: 1e-3 })) */
export const clipByBlockRms = (given: ClipByBlockRmsOptions): Transformation<Stateless> => {
  const { threshold } = parse(given)
  return equation({ name: 'clipByBlockRms', options: { threshold }, scalars: () => ({ most: threshold }) })(
    (A) =>
      ({ update: g }, { most }) => {
        const rms = A.div(A.leafNorm(g), A.sqrt(A.leafSize()))
        return { update: A.where(A.lessEqual(rms, most), g, inProportion(A)(g, most, rms)) }
      },
  )
}

const parse = optionsFor<ClipByBlockRmsOptions>()('clipByBlockRms', { threshold: required(positive) })
