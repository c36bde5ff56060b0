import * as tf from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { must } from '../scalars/must.js'
import { oneOf } from '../scalars/kinds.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optional, optionsFor, required, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import type { View } from '../equation/View.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { mapTree } from '../tree/mapTree.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import {
  copyOf,
  gradientOf,
  type LineSearch,
  lineSearchExtra,
  movedAlong,
  scaledBy,
  seenThrough,
  slopeAlong,
} from './lineSearch.js'
import { zoomSearch, type Found } from './zoomSearch.js'

/** The state of a zoom line search: where the last one ended. */
export interface ZoomState<P> {
  /** The step size that was taken. */
  readonly learningRate: number
  /** The loss that it came to. */
  readonly value: number
  /** The gradient at the parameters after the step: the next step may use it. */
  readonly grad: Leaves<P, tf.Tensor | null>
  /** How the last search went. */
  readonly info: {
    readonly numLinesearchSteps: number
    readonly decreaseError: number
    readonly curvatureError: number
  }
}

/** The state of `scaleByZoomLinesearch`, as a function of the parameters. */
export interface Zoom extends StateLambda {
  readonly State: ZoomState<this['Params']>
}

/** Options of `scaleByZoomLinesearch`. */
export interface ScaleByZoomLinesearchOptions {
  /** How many step sizes are tried at most. */
  readonly maxLinesearchSteps: number
  /** The largest step size that is tried. */
  readonly maxLearningRate?: number
  /** How far both conditions may be missed.
   *
   *  @defaultValue 0 */
  readonly tol?: number
  /** By how much the last step size grows for the first try.
   *
   *  @defaultValue 2 */
  readonly increaseFactor?: number
  /** Which part of the decrease that the slope promises is asked for.
   *
   *  @defaultValue 1e-4 */
  readonly slopeRtol?: number
  /** Which part of the first slope may be left.
   *
   *  @defaultValue 0.9 */
  readonly curvRtol?: number
  /** By which fraction of the loss it may rise, near a minimum, where rounding hides its fall.
   *
   *  @defaultValue 1e-6 */
  readonly approxDecRtol?: number
  /** Below which width of the interval the search ends.
   *
   *  @defaultValue 1e-5 */
  readonly stepsizePrecision?: number
  /** The first step size that is tried: `'one'`, or the last one, `'keep'`.
   *
   *  @defaultValue 'keep' */
  readonly initialGuessStrategy?: 'keep' | 'one'
}

/** Looks for a step along the updates that meets the strong Wolfe conditions: the loss falls enough, and its slope has
 *  flattened.
 *
 *  ```text
 *  f(p + η·g) ≤ f(p) + slopeRtol·η·m₀  (or Hager and Zhang's approximate decrease)     |m(η)| ≤ curvRtol·|m₀|
 *  u = η·g
 *  ```
 *
 *  @shapes state `{ learningRate, value, grad, info }`; the extras `value`, `grad` and `valueFn` are the loss, its
 *    gradient, and how to ask for it.
 *  @units g must point downhill, in the parameters' units. Each trial takes a gradient and reads two numbers back.
 *  @throws whatever `valueFn` throws; `TypeError` where an extra is missing or valueFn gives no tensor of one number;
 *    `RangeError` where `value` is not finite. A trial that is not finite is a failed one.
 *  @laws never ends with a loss that is infinite or NaN where the start was not. With 'keep', a search after one that
 *    found no finite loss begins as the first did.
 *  @departs optax holds a rate of 0 for ever with 'keep', and takes −∞ for a fall.
 *  @reference Nocedal & Wright 2006, algorithms 3.5 and 3.6; Hager & Zhang 2006; optax.scale_by_zoom_linesearch
 *  @example chain(sgd({ learningRate: 1 }), scaleByZoomLinesearch({ maxLinesearchSteps: 20 })) */
export const scaleByZoomLinesearch = (given: ScaleByZoomLinesearchOptions) => {
  const checked = parse(given)
  const { initialGuessStrategy, maxLearningRate = Number.POSITIVE_INFINITY, ...rest } = checked
  const rules = { ...rest, maxLearningRate }
  return plain<Zoom, LineSearch>({
    name: 'scaleByZoomLinesearch',
    options: plainOptions(checked),
    init: <P extends Tree>(params: P): ZoomState<P> => ({
      learningRate: 1,
      value: Number.POSITIVE_INFINITY,
      grad: mapTree((p) => tf.zerosLike(p))<Tree>(params) as Leaves<P, tf.Tensor>, // built like the parameters
      info: {
        numLinesearchSteps: 0,
        decreaseError: Number.POSITIVE_INFINITY,
        curvatureError: Number.POSITIVE_INFINITY,
      },
    }),
    update: <P extends Tree>(
      updates: Leaves<P, tf.Tensor | null>,
      state: ZoomState<P>,
      params: P,
      extra: LineSearch,
      view: View,
    ) => {
      const { value, grad, valueFn } = seenThrough(view, needed(extra))
      const kept = initialGuessStrategy === 'keep' && state.learningRate > 0
      const { found, gradient } = tidied(() => {
        const start = { stepSize: 0, value, slope: slopeAlong(params, grad, updates), grad: null }
        const search = zoomSearch<unknown>(rules, start, kept ? state.learningRate : 1, (stepSize) => {
          const there = gradientOf(valueFn, params, movedAlong(params, updates, stepSize))
          return { stepSize, value: there.value, slope: slopeAlong(params, there.grad, updates), grad: there.grad }
        })
        // Where the search did not move, the gradient is the one that was given, which the state must not share.
        return { found: search, gradient: search.point.grad ?? copyOf(params, grad) }
      })
      const { point, steps: numLinesearchSteps, decreaseError, curvatureError } = found
      const next: ZoomState<P> = {
        learningRate: point.stepSize,
        value: point.value,
        info: { numLinesearchSteps, decreaseError, curvatureError },
        grad: gradient as Leaves<P, tf.Tensor | null>, // built like the parameters
      }
      return [scaledBy(updates, point.stepSize), next]
    },
  })
}

interface Searched {
  readonly found: Found<unknown>
  readonly gradient: unknown
}

/** `tf.tidy` that keeps the gradient of the point that was chosen, and no other. */
const tidied = (f: () => Searched): Searched => {
  let searched: Searched | undefined
  tf.tidy(() => {
    searched = f()
    return searched.gradient as tf.TensorContainer // a tree of plain records, arrays and tensors
  })
  return must(searched, 'search')
}

const needed = lineSearchExtra('scaleByZoomLinesearch')

const parse = optionsFor<ScaleByZoomLinesearchOptions>()('scaleByZoomLinesearch', {
  maxLinesearchSteps: required(positiveCount),
  maxLearningRate: optional(positive),
  tol: withDefault(nonNegative, 0),
  increaseFactor: withDefault(positive, 2),
  slopeRtol: withDefault(nonNegative, 1e-4),
  curvRtol: withDefault(nonNegative, 0.9),
  approxDecRtol: withDefault(nonNegative, 1e-6),
  stepsizePrecision: withDefault(nonNegative, 1e-5),
  initialGuessStrategy: withDefault(oneOf('keep', 'one'), 'keep'),
})
