import * as tf from '@tensorflow/tfjs-core'
import { count as integer } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault, type OptionsOf } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { type LineSearch, lineSearchExtra, movedAlong, slopeAlong, valueOf } from './lineSearch.js'

/** The state of a backtracking line search: plain numbers. */
export interface Backtracking extends StateLambda {
  readonly State: {
    /** The step size that was taken; where the next search begins, made longer. */
    readonly learningRate: number
    /** The loss that it came to. */
    readonly value: number
    readonly info: { readonly numLinesearchSteps: number; readonly decreaseError: number }
  }
}

/** Shortens a step until the loss falls enough (Armijo).
 *
 *    η = min(increaseFactor·η, maxLearningRate);  then η ← decreaseFactor·η until
 *    f(p + η·g) ≤ (1 + rtol)·f(p) + η·slopeRtol·⟨g, ∇f⟩ + atol,   or maxBacktrackingSteps are done        u = η·g
 *
 *  Shapes   state `{ learningRate, value, info }`; the extras `value`, `grad` and `valueFn` are the loss, its gradient,
 *           and how to ask for it.
 *  Units    g must point downhill, in the parameters' units. Each trial reads one number back.
 *  Throws   whatever `valueFn` throws; `TypeError` where an extra is missing or valueFn gives no tensor of one number;
 *           `RangeError` where `value` is not finite. A trial that is not finite is a failed one.
 *  Laws     where every trial is infinite or NaN nothing moves.
 *  Departs  gradients are not stored: `storeGrad` is missing.
 *  Source   Nocedal & Wright 2006, algorithm 3.1; optax.scale_by_backtracking_linesearch
 *  Example  `chain(sgd({ learningRate: 1 }), scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 15 }))` */
export const scaleByBacktrackingLinesearch = (given: OptionsOf<typeof parse>) => {
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
    ) => {
      const { value, grad, valueFn } = needed(extra)
      const slope = slopeAlong(params, grad, updates)
      let rate = Math.min(increaseFactor * state.learningRate, maxLearningRate)
      let error = Number.POSITIVE_INFINITY
      let found = value
      let trials = 0
      while (!(error <= atol) && trials <= maxBacktrackingSteps) {
        if (trials > 0) rate *= decreaseFactor
        found = tf.tidy(() => ({ at: valueOf(valueFn, params, movedAlong(params, updates, rate)) })).at
        error = Math.max(found - (1 + rtol) * value - rate * slopeRtol * slope, 0)
        if (Number.isNaN(error)) error = Number.POSITIVE_INFINITY
        trials++
      }
      const learningRate = error === Number.POSITIVE_INFINITY ? 0 : rate
      const scaled = mapTree((u) => tf.mul(u, learningRate))(updates)
      return [scaled, { learningRate, value: found, info: { numLinesearchSteps: trials, decreaseError: error } }]
    },
  })
}

const needed = lineSearchExtra('scaleByBacktrackingLinesearch')

const parse = options('scaleByBacktrackingLinesearch', {
  maxBacktrackingSteps: required(integer),
  slopeRtol: withDefault(nonNegative, 1e-4),
  decreaseFactor: withDefault(unitInterval, 0.8),
  increaseFactor: withDefault(positive, 1.5),
  maxLearningRate: withDefault(positive, 1),
  atol: withDefault(nonNegative, 0),
  rtol: withDefault(nonNegative, 0),
})
