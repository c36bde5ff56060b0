import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { tangential } from './tangential.js'

/** What AdamP and SGDP take for what they shed. */
export interface TangentialOptions {
  /** How near to perpendicular a gradient must be to its parameters, ≥ 0, over the root of an output's size: the larger,
   *  the more often.
   *
   *  @defaultValue 0.1 */
  readonly delta?: number
  /** What is left of the decay where the part along the parameters is taken away, ≥ 0.
   *
   *  @defaultValue 0.1 */
  readonly wdRatio?: number
  /** The factor of the parameters, a number ≥ 0 or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** Nesterov's momentum.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** Options of `scaleByAdamp`. */
export interface ScaleByAdampOptions extends TangentialOptions {
  /** The decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the root, and to the lengths of the parameters.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
}

/** The state of `scaleByAdamp`. */
export interface ScaleByAdampState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, without bias correction. */
  readonly mu: P
  /** The second moment, without bias correction. */
  readonly nu: P
}

/** `ScaleByAdampState` as a function of the parameters. */
export interface ScaleByAdamp extends StateLambda {
  readonly State: ScaleByAdampState<this['Params']>
}

/** Adam that does not lengthen weights whose scale does not matter, such as those before a normalisation.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     v = β₂·v + (1−β₂)·g²     d = m/(√v̂ + ε), or with β₁·m + (1−β₁)·g (nesterov)
 *  matrices: where max over outputs of |cos(g, p)| < δ/√n:  d ← d − (p̂·d)·p̂,  w ← wdRatio·w     p̂ = p/‖p‖ for each output
 *    else the same with the whole leaf as one output
 *  u = d/(1−β₁ᵗ) + w·p
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu like the parameters. An output is one index of the last axis, as in kernels
 *    `[in, out]`.
 *  @units a direction. The decay stands inside, because it shrinks where the update is projected.
 *  @laws with delta 0 it is Adam with decay; what is shed is perpendicular to what stays.
 *  @departs it is no equation, for equations do not look along axes; nothing is read back.
 *  @reference Heo et al. 2021, arXiv:2006.08217; timm's AdamP
 *  @example chain(scaleByAdamp({ weightDecay: 0.01 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByAdamp = (given?: ScaleByAdampOptions): Transformation<ScaleByAdamp> => {
  const checked = parse(given)
  const { b1, b2, eps, delta, wdRatio, weightDecay, nesterov } = checked
  return plain<ScaleByAdamp>({
    name: 'scaleByAdamp',
    options: plainOptions(checked),
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) =>
      ({
        count: 0,
        mu: leafwiseSlots(params, (shape) => shape),
        nu: leafwiseSlots(params, (shape) => shape),
      }) as StateOf<ScaleByAdamp, P>,
    update: <P extends Tree>(updates: unknown, { count, mu, nu }: StateOf<ScaleByAdamp, P>, params: P) => {
      const decay = valueAt(weightDecay, count)
      const [out, m, v] = leafwise((O, { update: g, param, slots, held }) => {
        const [old, square] = [held(slots[0], 'scaleByAdamp', 'mu'), held(slots[1], 'scaleByAdamp', 'nu')]
        const moment = O.add(O.mul(old, b1), O.mul(g, 1 - b1))
        const second = O.add(O.mul(square, b2), O.mul(O.mul(g, g), 1 - b2))
        const ahead = nesterov ? O.add(O.mul(moment, b1), O.mul(g, 1 - b1)) : moment
        const step = O.div(ahead, O.add(O.div(O.sqrt(second), Math.sqrt(1 - b2 ** (count + 1))), eps))
        const { update, factor } = tangential(O, { gradient: g, param, update: step }, { delta, share: wdRatio, eps })
        return [
          O.add(O.div(update, 1 - b1 ** (count + 1)), O.reshape(O.mul(O.mul(param, factor), decay), g.shape)),
          moment,
          second,
        ]
      })(updates, params, [mu, nu])
      return [out as Leaves<P, null>, { count: count + 1, mu: m, nu: v } as StateOf<ScaleByAdamp, P>]
    },
  })
}

/** The options of what is shed.
 *
 *  @internal */
export const tangentialOptions = {
  delta: withDefault(nonNegative, 0.1),
  wdRatio: withDefault(nonNegative, 0.1),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  nesterov: withDefault(flag, false),
}

/** The options of AdamP's direction, for `adamp`.
 *
 *  @internal */
export const adampOptions = {
  ...tangentialOptions,
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
}

const parse = optionsFor<ScaleByAdampOptions>()('scaleByAdamp', adampOptions)
