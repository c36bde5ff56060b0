import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Options of `scaleByParamBlockRms`. */
export interface ScaleByParamBlockRmsOptions {
  /** The least scale that a leaf is taken to have.
   *
   *  @defaultValue 1e-3 */
  readonly minScale?: number
}

/** Scales the update of each leaf by the root mean square of its parameters.
 *
 *  ```text
 *  u = g·max(√mean(p²), minScale)        the mean over one leaf
 *  ```
 *
 *  @shapes any; no state.
 *  @laws linear in the updates; independent of how many equal parameters a leaf holds.
 *  @reference Shazeer & Stern 2018, arXiv:1804.04235; optax.scale_by_param_block_rms
 *  @example chain(scaleBySign(), scaleByParamBlockRms(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByParamBlockRms = (given?: ScaleByParamBlockRmsOptions): Transformation<Stateless> => {
  const { minScale } = parse(given)
  return equation({ name: 'scaleByParamBlockRms', options: { minScale }, scalars: () => ({ least: minScale }) })(
    (A) =>
      ({ update, param }, { least }) => ({
        update: A.mul(update, A.max(A.div(A.leafNorm(param), A.sqrt(A.leafSize())), least)),
      }),
  )
}

const parse = optionsFor<ScaleByParamBlockRmsOptions>()('scaleByParamBlockRms', {
  minScale: withDefault(nonNegative, 1e-3),
})
