import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, required, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { Stateless } from '../transformation/types.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { axesOption } from '../scalars/axisOption.js'
import { atMost } from './inProportion.js'
import { leafwise } from './leafwise.js'
import { unitAxes } from './unitAxes.js'

/** Options of `adaptiveGradClip`. */
export interface AdaptiveGradClipOptions {
  /** The largest ratio of the norms of gradient and parameter. */
  readonly clipping: number
  /** The least norm that a parameter is taken to have.
   *
   *  @defaultValue 1e-3 */
  readonly eps?: number
  /** The axes over which a norm is taken. Default: all but the last one. */
  readonly axis?: number | readonly number[]
}

/** Scales down the gradient of each unit whose norm is too large beside that of its weights.
 *
 *  ```text
 *  M = clipping·max(‖p‖, ε)     u = g where ‖g‖ < M, else g·M/‖g‖, 0 where ‖g‖ = 0        ‖·‖ over one unit
 *  ```
 *
 *  @shapes any up to five axes; no state. A unit is a whole vector, else what all axes but the last span (the first
 *    axis only for ranks 2 and 3), which fits the kernels of tfjs; `axis` gives the axes to sum over instead.
 *  @throws `TypeError` for six axes and more without `axis`; `RangeError` for an axis that a leaf lacks.
 *  @laws never increases a unit's norm; keeps its direction.
 *  @departs optax divides by at least 1e-6, so it shortens more what is clipped and smaller than that.
 *  @reference Brock et al. 2021, arXiv:2102.06171; optax.adaptive_grad_clip
 *  @example chain(adaptiveGradClip({ clipping: 0.01 }), sgd({ learningRate: 0.1 })) */
export const adaptiveGradClip = (given: AdaptiveGradClipOptions) => {
  const checked = parse(given)
  const { clipping, eps, axis } = checked
  const rule = leafwise((O, { update: g, param: p }) => {
    const axes = unitAxes(g.shape, axis)
    return [atMost(O, O.mul(O.max(O.norm(p, axes), eps), clipping), O.norm(g, axes))(g)]
  })
  return plain<Stateless>({
    name: 'adaptiveGradClip',
    options: plainOptions(checked),
    init: () => ({}),
    // A rule's trees have the structure of the parameters.
    update: <P extends Tree>(updates: unknown, state: Stateless['State'], params: P) => [
      rule(updates, params)[0] as Leaves<P, never>,
      state,
    ],
  })
}

const parse = optionsFor<AdaptiveGradClipOptions>()('adaptiveGradClip', {
  clipping: required(nonNegative),
  eps: withDefault(nonNegative, 1e-3),
  axis: optional(axesOption),
})
