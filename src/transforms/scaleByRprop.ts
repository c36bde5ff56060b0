import { filled, zeros } from '../equation/Slot.js'
import { flag } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `scaleByRprop`. */
export interface ScaleByRpropOptions {
  /** The first step size of every element. At least 0. */
  readonly learningRate: number
  /** By how much a step size shrinks where the sign of the gradient changes.
   *
   *  @defaultValue 0.5 */
  readonly etaMinus?: number
  /** By how much a step size grows where the sign stays.
   *
   *  @defaultValue 1.2 */
  readonly etaPlus?: number
  /** The least step size of an element.
   *
   *  @defaultValue 1e-6 */
  readonly minStepSize?: number
  /** The largest step size of an element.
   *
   *  @defaultValue 50 */
  readonly maxStepSize?: number
  /** Leaves out the element whose sign has changed for one step.
   *
   *  @defaultValue true */
  readonly lag?: boolean
}

/** The state of `scaleByRprop`. */
export interface ScaleByRpropState<P> {
  /** How far each element moves. */
  readonly stepSizes: P
  /** The last updates. */
  readonly prevUpdates: P
}

/** `ScaleByRpropState` as a function of the parameters. */
export interface ScaleByRprop extends StateLambda {
  readonly State: ScaleByRpropState<this['Params']>
}

/** A step size for each element, which grows while gradients agree in sign and shrinks where they turn.
 *
 *  ```text
 *  s = g·prev     size = size where s = 0, else clamp(size·η⁺ where s > 0, size·η⁻ where s < 0)
 *  next = 0 where s < 0, else size·sign(g)     u = 0 where s < 0, else prev        prev = next
 *  ```
 *
 *  @shapes state `{ stepSizes, prevUpdates }`, like the parameters; sizes start at `learningRate`.
 *  @units u is in the parameters' units, and points uphill: `scale({ stepSize: -1 })` comes after it.
 *  @departs as in optax every step is emitted one update late, so the first is 0; `lag: false` emits `next`, which is
 *    the paper's rule.
 *  @reference Riedmiller & Braun 1993; optax.scale_by_rprop
 *  @example chain(scaleByRprop({ learningRate: 0.01, lag: false }), scale({ stepSize: -1 })) */
export const scaleByRprop = (given: ScaleByRpropOptions): Transformation<ScaleByRprop> => {
  const checked = parse(given)
  const { learningRate, etaMinus, etaPlus, minStepSize, maxStepSize, lag } = checked
  return equation({
    name: 'scaleByRprop',
    options: checked,
    slots: { stepSizes: filled(learningRate), prevUpdates: zeros },
    scalars: () => ({ shrink: etaMinus, grow: etaPlus, least: minStepSize, most: maxStepSize }),
  })((A) => ({ update: g, stepSizes, prevUpdates }, { shrink, grow, least, most }) => {
    const zero = A.lit(0)
    const agreement = A.mul(g, prevUpdates)
    const turned = A.less(agreement, zero)
    const changed = A.min(A.max(A.mul(stepSizes, A.where(A.less(zero, agreement), grow, shrink)), least), most)
    const size = A.where(A.equal(agreement, zero), stepSizes, changed)
    const next = A.where(turned, zero, A.mul(size, A.sign(g)))
    return { update: lag ? A.where(turned, zero, prevUpdates) : next, stepSizes: size, prevUpdates: next }
  })
}

const parse = optionsFor<ScaleByRpropOptions>()('scaleByRprop', {
  learningRate: required(rate),
  etaMinus: withDefault(positive, 0.5),
  etaPlus: withDefault(positive, 1.2),
  minStepSize: withDefault(nonNegative, 1e-6),
  maxStepSize: withDefault(positive, 50),
  lag: withDefault(flag, true),
})
