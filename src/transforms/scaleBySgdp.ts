import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { type TangentialOptions, tangentialOptions } from './scaleByAdamp.js'
import { tangential } from './tangential.js'

/** Options of `scaleBySgdp`. */
export interface ScaleBySgdpOptions extends TangentialOptions {
  /** The decay of the trace, in [0, 1).
   *
   *  @defaultValue 0 */
  readonly momentum?: number
  /** Added to the lengths of the parameters.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
}

/** The state of `scaleBySgdp`. */
export interface ScaleBySgdpState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly trace: P
}

/** `ScaleBySgdpState` as a function of the parameters. */
export interface ScaleBySgdp extends StateLambda {
  readonly State: ScaleBySgdpState<this['Params']>
}

/** Momentum that does not lengthen weights whose scale does not matter, such as those before a normalisation.
 *
 *  ```text
 *  t = μ·t + g     d = t, or g + μ·t (nesterov), projected as in `scaleByAdamp`     u = d + w/(1−μ)·p
 *  ```
 *
 *  @shapes state `{ count, trace }`; trace like the parameters.
 *  @units those of the gradients. The decay stands inside, because it shrinks where the update is projected.
 *  @laws with delta 0 it is momentum with decay.
 *  @departs as `scaleByAdamp` does.
 *  @reference Heo et al. 2021, arXiv:2006.08217; timm's SGDP
 *  @example chain(scaleBySgdp({ momentum: 0.9 }), scaleByLearningRate({ learningRate: 0.1 })) */
export const scaleBySgdp = (given?: ScaleBySgdpOptions): Transformation<ScaleBySgdp> => {
  const checked = parse(given)
  const { momentum, eps, delta, wdRatio, weightDecay, nesterov } = checked
  return plain<ScaleBySgdp>({
    name: 'scaleBySgdp',
    options: plainOptions(checked),
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) =>
      ({ count: 0, trace: leafwiseSlots(params, (shape) => shape) }) as StateOf<ScaleBySgdp, P>,
    update: <P extends Tree>(updates: unknown, { count, trace }: StateOf<ScaleBySgdp, P>, params: P) => {
      const decay = valueAt(weightDecay, count) / (1 - momentum)
      const [out, next] = leafwise((O, { update: g, param, slots: [old], held }) => {
        const kept = O.add(O.mul(held(old, 'scaleBySgdp', 'trace'), momentum), g)
        const ahead = nesterov ? O.add(g, O.mul(kept, momentum)) : kept
        const { update, factor } = tangential(O, { gradient: g, param, update: ahead }, { delta, share: wdRatio, eps })
        return [O.add(update, O.reshape(O.mul(O.mul(param, factor), decay), g.shape)), kept]
      })(updates, params, [trace])
      return [out as Leaves<P, null>, { count: count + 1, trace: next } as StateOf<ScaleBySgdp, P>]
    },
  })
}

/** The options of SGDP's direction, for `sgdp`.
 *
 *  @internal */
export const sgdpOptions = {
  ...tangentialOptions,
  momentum: withDefault(halfOpenUnit, 0),
  eps: withDefault(nonNegative, 1e-8),
}

const parse = optionsFor<ScaleBySgdpOptions>()('scaleBySgdp', sgdpOptions)
