import { checkFields } from '../scalars/checkFields.js'
import { runSegments } from '../engine/runSegments.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import * as tf from '@tensorflow/tfjs-core'
import { wayOf } from '../engine/wayOf.js'
import { concatenated, empty, type Occasion, type Plan, type Program } from '../equation/Program.js'
import type { GivenLeaves } from '../equation/Gathering.js'
import { positiveCount } from '../scalars/Count.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { givenState } from '../state/givenState.js'
import { at } from '../state/paths.js'
import { pendingIn } from '../state/pendingIn.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { Tree } from '../tree/Tree.js'
import { accumulation, type Counts, type MicroStep } from './accumulation.js'
import type { Gears } from './gears.js'
import { under } from './segments.js'
import { type ShouldSkip, shouldSkip } from './skipUpdates.js'

/** How gradients gather. */
export interface MultiStepsOptions {
  /** After how many micro-batches the inner transformation runs: an integer ≥ 1, or a function from the count of its
   *  runs to one. */
  readonly everyKSchedule: number | Schedule
  /** Whether it sees their mean (default) or their sum. */
  readonly useGradMean?: boolean
  /** Leaves out a micro-batch, as if it had not been there. By default none is. */
  readonly shouldSkipUpdateFn?: ShouldSkip
}

/** The state of `multiSteps`. */
export interface MultiStepsState<S, P> {
  /** Micro-batches gathered since the last run of the inner transformation. */
  readonly miniStep: number
  /** Runs of the inner transformation. */
  readonly gradientStep: number
  /** Micro-batches left out. */
  readonly skipped: number
  /** The inner transformation's. */
  readonly inner: S
  /** The mean or sum so far; zero after a run. */
  readonly acc: P
  /** For each leaf by path, 1 where a micro-batch since the last run had a gradient, else 0. */
  readonly given: GivenLeaves
}

/** The state of `multiSteps` as a function of the parameters. */
export interface MultiStepping<F extends StateLambda> extends StateLambda {
  readonly State: MultiStepsState<StateOf<F, this['Params']>, this['Params']>
}

/** Gathers the gradients of k micro-batches and runs the inner transformation once, on their mean.
 *
 *  ```text
 *  A ← A + (g − A)/(miniStep + 1);   u = 0, and at every k-th:   u = tx(A), A = 0
 *  ```
 *
 *  @shapes state `{ inner, acc, given, miniStep, gradientStep, skipped }`; acc like the parameters, in float32.
 *  @throws `RangeError` where the schedule gives no integer ≥ 1, `TypeError` where `shouldSkipUpdateFn` gives no boolean.
 *  @laws k micro-batches are one step of the inner transformation on their mean; k = 1 is the inner transformation,
 *    bitwise; between runs the parameters and the inner state stay the same tensors and numbers, so schedules
 *    and averages inside move once per k. A micro-batch that is not finite spoils the run that it is in, and no
 *    later one.
 *  @departs real branches: the inner transformation is not computed where optax computes and discards it, and no 0·NaN
 *    keeps a NaN in the accumulator for ever. A `null` gradient counts as zero in the mean
 *    over k, in whichever micro-batch; a leaf without a gradient in all of them has none in their mean. What is
 *    left of an incomplete round at the end of an epoch goes on with `flush`. `withMovingAverage(…)(multiSteps(…)(tx))`, the other way round, moves the
 *    average at every micro-batch: k times too fast.
 *  @reference optax.MultiSteps
 *  @example multiSteps({ everyKSchedule: 4 })(adamw({ learningRate: 1e-3 })) */
export const multiSteps = (given: MultiStepsOptions) => {
  const { everyKSchedule, useGradMean, shouldSkipUpdateFn } = parse(given)
  const { programs, host, slots } = accumulation(useGradMean)
  return <T extends AnyTransformation>(inner: T): Transformation<MultiStepping<LambdaOf<T>>, ExtraOf<T>> => {
    const { description, shape, plan } = anatomyOf('multiSteps: what it wraps', inner)
    return assemble({
      description: {
        name: 'multiSteps',
        parts: [description],
        options: {
          ...plainOptions({ everyKSchedule, useGradMean }),
          ...(shouldSkipUpdateFn === undefined ? {} : { shouldSkipUpdateFn: shouldSkipUpdateFn.name }),
        },
      },
      shape: {
        kind: 'record',
        of: 'multiSteps',
        host,
        slots,
        parts: { inner: shape, given: givenState },
        pending: 'miniStep',
      },
      plan: skippable(
        shouldSkipUpdateFn,
        programs.skip,
        everyKth(everyKSchedule, programs, under('inner', plan), pendingIn(shape)),
      ),
    })
  }
}

/** Whether the last update went through the inner transformation, and not into the accumulator only.
 *
 *  @reference optax.MultiSteps.has_updated
 *  @example if (hasUpdated(now.state)) console.log(now.state.gradientStep) */
export const hasUpdated = (state: { readonly miniStep: number; readonly gradientStep: number }): boolean => {
  checkFields(
    'hasUpdated: state',
    state,
    { miniStep: 'number', gradientStep: 'number' },
    'Pass the state of multiSteps({ … })(optimizer).',
  )
  return state.miniStep === 0 && state.gradientStep > 0
}

const everyKth = (
  everyKSchedule: number | Schedule,
  { begin, add, emit, pass, flush }: Gears<MicroStep>['programs'],
  inner: Plan,
  pending: (state: unknown) => boolean,
): Plan => {
  const join = concatenated()
  return (state, occasion) => {
    const { miniStep, gradientStep } = state as Counts // the record of this wrapper
    if (occasion.flush === 'nothing')
      return miniStep > 0
        ? join([flush, inner(state, { ...occasion, flush: 'last' })])
        : pending(at(state, ['inner']))
          ? inner(state, occasion)
          : empty
    const k = valueAt(everyKSchedule, gradientStep)
    if (miniStep >= k - 1 || occasion.flush === 'last')
      return join([miniStep === 0 ? pass : emit, inner(state, occasion)])
    return miniStep === 0 ? begin : add
  }
}

const skippable = (should: ShouldSkip | undefined, skip: Program, regular: Plan): Plan => {
  if (should === undefined) return regular
  const skips =
    typeof should === 'function'
      ? (_: unknown, state: unknown, { updates, params }: Occasion) =>
          // checked trees; this wrapper's record
          tf.tidy(() => should(updates as Tree, (state as Counts).gradientStep, params as Tree))
      : (numbers: Readonly<Record<string, number>>) => should.skips(numbers)
  const fork: Program = {
    segments: [
      {
        kind: 'fork',
        name: 'multiSteps',
        at: [],
        scope: null,
        run: runSegments,
        way: wayOf,
        ...(typeof should === 'function' ? {} : { measure: should.measure }),
        choose: (numbers, state, occasion) => (skips(numbers, state, occasion) ? skip : regular(state, occasion)),
      },
    ],
  }
  return (state, occasion) => (occasion.flush !== undefined ? regular(state, occasion) : fork)
}

const parse = options('multiSteps', {
  everyKSchedule: required(numberOrSchedule(positiveCount)),
  useGradMean: withDefault(flag, true),
  shouldSkipUpdateFn: optional(shouldSkip),
})
