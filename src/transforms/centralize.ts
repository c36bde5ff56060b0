import { sizeOf } from '../tree/sizeOf.js'
import { axisLength } from '../tensors/axisLength.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { Stateless } from '../transformation/types.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { axisOption } from '../scalars/axisOption.js'
import { otherAxes } from './Axiswise.js'
import { leafwise } from './leafwise.js'

/** Options of `centralize`. */
export interface CentralizeOptions {
  /** The axis that is kept; the mean is taken over the others.
   *
   *  @defaultValue 0 */
  readonly axis?: number
}

/** Takes from the gradient of each unit its mean.
 *
 *  ```text
 *  u = g − mean(g) over all axes but `axis`,   for leaves of two axes and more
 *  ```
 *
 *  @shapes any; no state. `axis` may be negative, counted from the last.
 *  @laws idempotent up to rounding; linear.
 *  @departs axis 0 by default, as in optax: the units of PyTorch's kernels. Those of tfjs ([in, out], [h, w, in, out])
 *    lie on the last axis: `axis: -1`.
 *  @reference Yong et al. 2020, arXiv:2004.01461; optax.centralize
 *  @example chain(centralize({ axis: -1 }), sgd({ learningRate: 0.1 })) */
export const centralize = (given?: CentralizeOptions) => {
  const { axis } = parse(given)
  const rule = leafwise((O, { update: g }) => {
    const rank = g.shape.length
    if (rank < 2) return [g]
    const axes = otherAxes(rank, axis < 0 ? axis + rank : axis)
    const size = sizeOf(axes.map((i) => axisLength(g, i)))
    return [O.sub(g, O.div(O.sum(g, axes), size))]
  })
  return plain<Stateless>({
    name: 'centralize',
    options: { axis },
    init: () => ({}),
    // A rule's trees have the structure of the parameters.
    update: <P extends Tree>(updates: unknown, state: Stateless['State'], params: P) => [
      rule(updates, params)[0] as Leaves<P, never>,
      state,
    ],
  })
}

const parse = optionsFor<CentralizeOptions>()('centralize', { axis: withDefault(axisOption, 0) })
