import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Options of `scaleByParamBlockNorm`. */
export interface ScaleByParamBlockNormOptions {
  /** The least scale that a leaf is taken to have.
   *
   *  @defaultValue 1e-3 */
  readonly minScale?: number
}

/** Scales the update of each leaf by the norm of its parameters.
 *
 *  ```text
 *  u = g·max(‖p‖, minScale)        ‖·‖ over one leaf
 *  ```
 *
 *  @shapes any; no state.
 *  @laws linear in the updates.
 *  @reference optax.scale_by_param_block_norm
 *  @example chain(scaleBySign(), scaleByParamBlockNorm(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByParamBlockNorm = (given?: ScaleByParamBlockNormOptions): Transformation<Stateless> => {
  const { minScale } = parse(given)
  return equation({ name: 'scaleByParamBlockNorm', options: { minScale }, scalars: () => ({ least: minScale }) })(
    (A) =>
      ({ update, param }, { least }) => ({
        update: A.mul(update, A.max(A.leafNorm(param), least)),
      }),
  )
}

const parse = optionsFor<ScaleByParamBlockNormOptions>()('scaleByParamBlockNorm', {
  minScale: withDefault(nonNegative, 1e-3),
})
