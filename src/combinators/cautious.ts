import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated } from '../equation/Program.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { assemble } from '../transformation/assemble.js'
import { markOf } from '../transformation/equationOf.js'
import { equationSince } from '../transformation/steadyEquation.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import { turnsDownhill } from '../transformation/turnsDownhill.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { alone } from './segments.js'

/** How a mask of agreement is made. */
export interface CautiousOptions {
  /** The least share of elements that is taken for the mean, ≥ 0: what is left grows at most by 1/floor.
   *
   *  @defaultValue 1e-3 */
  readonly floor?: number
  /** Whether what it wraps points downhill, as a whole optimizer does, or along the gradient, as `scaleByAdam`. Say so
   *  where a function of yours turns the sign: with the wrong word nothing agrees, and nothing moves.
   *
   *  @defaultValue read off what it wraps: whether a learning rate or a negative `scale` is in it */
  readonly downhill?: boolean
}

/** Keeps of an update what agrees in sign with the gradient as it came to this wrapper, and scales the rest up to make up
 *  for what is left out.
 *
 *  ```text
 *  k = [u·g > 0], downhill [u·g < 0]        u ← u·k / max(mean k, floor)        mean over one leaf
 *  ```
 *
 *  @shapes the state is the inner one.
 *  @laws the momentum inside stays unmasked; an update that agrees everywhere is unchanged; no element changes its
 *    sign; floor ≥ 1 masks without scaling.
 *  @departs timm masks before the learning rate and decays weights outside, as here:
 *    `chain(cautious()(scaleByAdam()), addDecayedWeights({ … }), scaleByLearningRate({ … }))`. Where the inner
 *    transformation lets an update out for a leaf without a gradient, as `multiSteps` may, that leaf is masked.
 *  @reference Liang et al. 2024, arXiv:2411.16085; timm's `caution`
 *  @example cautious()(adam({ learningRate: 1e-3 })) */
export const cautious = (given?: CautiousOptions) => {
  const { floor, downhill: said } = parse(given)
  return <T extends AnyTransformation>(inner: T): Transformation<LambdaOf<T>, ExtraOf<T>> => {
    const { description, shape, plan } = anatomyOf('cautious: what it wraps', inner)
    const downhill = said ?? turnsDownhill(description)
    // A mark of its own for each application: nested ones must not take each other's.
    const mark = { of: 'cautious' }
    const masked = equationSince(mark, { name: 'cautious', scalars: () => ({ least: floor }) })(
      (A) =>
        ({ update, incoming }, { least }) => {
          const product = A.mul(update, incoming)
          const agrees = downhill ? A.less(product, A.lit(0)) : A.less(A.lit(0), product)
          const share = A.div(A.leafSum(A.where(agrees, A.lit(1), A.lit(0))), A.leafSize())
          return { update: A.where(agrees, A.div(update, A.max(share, least)), A.lit(0)), incoming }
        },
    )
    const join = concatenated()
    const [enter, leave] = [alone(markOf(mark)), alone(masked)]
    return assemble({
      description: { name: 'cautious', options: { floor, downhill }, parts: [description] },
      shape: shape,
      plan: (state, occasion) => join([enter, plan(state, occasion), leave]),
    })
  }
}

const parse = options('cautious', {
  floor: withDefault(nonNegative, 1e-3),
  downhill: optional(flag),
})
