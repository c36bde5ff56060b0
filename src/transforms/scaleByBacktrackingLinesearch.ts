import * as tf from '@tensorflow/tfjs-core'
import { count as integer } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import type { View } from '../equation/View.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import {
  type LineSearch,
  lineSearchExtra,
  movedAlong,
  scaledBy,
  seenThrough,
  slopeAlong,
  valueOf,
} from './lineSearch.js'

/** The state of `scaleByBacktrackingLinesearch`. */
export interface BacktrackingState {
  /** The step size that was taken; where the next search begins, made longer. */
  readonly learningRate: number
  /** The loss that it came to. */
  readonly value: number
  /** How the last search went. */
  readonly info: { readonly numLinesearchSteps: number; readonly decreaseError: number }
}

/** `BacktrackingState` as a function of the parameters. */
export interface Backtracking extends StateLambda {
  readonly State: BacktrackingState
}

/** Options of `scaleByBacktrackingLinesearch`. */
export interface ScaleByBacktrackingLinesearchOptions {
  /** How many step sizes are tried at most. */
  readonly maxBacktrackingSteps: number
  /** Which part of the decrease that the slope promises is asked for.
   *
   *  @defaultValue 1e-4 */
  readonly slopeRtol?: number
  /** By how much a step size shrinks after a failed try, in [0, 1].
   *
   *  @defaultValue 0.8 */
  readonly decreaseFactor?: number
  /** By how much the last step size grows for the first try.
   *
   *  @defaultValue 1.5 */
  readonly increaseFactor?: number
  /** The largest step size that is tried.
   *
   *  @defaultValue 1 */
  readonly maxLearningRate?: number
  /** How far above the asked decrease a loss may be.
   *
   *  @defaultValue 0 */
  readonly atol?: number
  /** The same, as a fraction of the loss.
   *
   *  @defaultValue 0 */
  readonly rtol?: number
}

/** Shortens a step until the loss falls enough (Armijo).
 *
 *  ```text
 *  η = min(increaseFactor·η, maxLearningRate);  then η ← decreaseFactor·η until
 *  f(p + η·g) ≤ (1 + rtol)·f(p) + η·slopeRtol·⟨g, ∇f⟩ + atol,   or maxBacktrackingSteps are done        u = η·g
 *  ```
 *
 *  @shapes state `{ learningRate, value, info }`; the extras `value`, `grad` and `valueFn` are the loss, its gradient,
 *    and how to ask for it.
 *  @units g must point downhill, in the parameters' units. Each trial reads one number back.
 *  @throws whatever `valueFn` throws; `TypeError` where an extra is missing or valueFn gives no tensor of one number;
 *    `RangeError` where `value` is not finite. A trial that is not finite is a failed one.
 *  @laws where every trial is infinite or NaN nothing moves. After such a search, and after a failed one that came
 *    below 2⁻⁴⁸ of the largest rate, the next begins at maxLearningRate.
 *  @departs gradients are not stored: `storeGrad` is missing. optax holds a rate of 0 for ever, takes −∞ for a fall, and
 *    says NaN as the value where nothing moved.
 *  @reference Nocedal & Wright 2006, algorithm 3.1; optax.scale_by_backtracking_linesearch
 *  @example chain(sgd({ learningRate: 1 }), scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 15 })) */
export const scaleByBacktrackingLinesearch = (given: ScaleByBacktrackingLinesearchOptions) => {
  const checked = parse(given)
  const { maxBacktrackingSteps, slopeRtol, decreaseFactor, increaseFactor, maxLearningRate, atol, rtol } = checked
  return plain<Backtracking, LineSearch>({
    name: 'scaleByBacktrackingLinesearch',
    options: checked,
    init: () => ({
      learningRate: 1,
      value: Number.POSITIVE_INFINITY,
      info: { numLinesearchSteps: 0, decreaseError: Number.POSITIVE_INFINITY },
    }),
    update: <P extends Tree>(
      updates: Leaves<P, tf.Tensor | null>,
      state: Backtracking['State'],
      params: P,
      extra: LineSearch,
      view: View,
    ) => {
      const { value, grad, valueFn } = seenThrough(view, needed(extra))
      const slope = slopeAlong(params, grad, updates)
      const { learningRate: last, info } = state
      const lost = last === 0 || (last < leastShare * maxLearningRate && info.decreaseError > atol)
      let rate = lost ? maxLearningRate : Math.min(increaseFactor * last, maxLearningRate)
      let error = Number.POSITIVE_INFINITY
      let found = value
      let trials = 0
      while (!(error <= atol) && trials <= maxBacktrackingSteps) {
        if (trials > 0) rate *= decreaseFactor
        found = tf.tidy(() => ({ at: valueOf(valueFn, params, movedAlong(params, updates, rate)) })).at
        error = Math.max(found - (1 + rtol) * value - rate * slopeRtol * slope, 0)
        if (Number.isNaN(error) || found === Number.NEGATIVE_INFINITY) error = Number.POSITIVE_INFINITY
        trials++
      }
      const moved = error < Number.POSITIVE_INFINITY
      const learningRate = moved ? rate : 0
      const reached = moved ? found : value
      return [
        scaledBy(updates, learningRate),
        { learningRate, value: reached, info: { numLinesearchSteps: trials, decreaseError: error } },
      ]
    },
  })
}

const needed = lineSearchExtra('scaleByBacktrackingLinesearch')

/** What rounding leaves of a float32 after two products: a rate below that share of the largest has been lost. */
const leastShare = 2 ** -48

const parse = optionsFor<ScaleByBacktrackingLinesearchOptions>()('scaleByBacktrackingLinesearch', {
  maxBacktrackingSteps: required(integer),
  slopeRtol: withDefault(nonNegative, 1e-4),
  decreaseFactor: withDefault(unitInterval, 0.8),
  increaseFactor: withDefault(positive, 1.5),
  maxLearningRate: withDefault(positive, 1),
  atol: withDefault(nonNegative, 0),
  rtol: withDefault(nonNegative, 0),
})
