import { runSegments } from '../engine/runSegments.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { settledOnDevice } from '../engine/settledOnDevice.js'
import { settledOnHost } from '../engine/settledOnHost.js'
import { wayOf } from '../engine/wayOf.js'
import { concatenated, type Plan, type Program, rememberedOne, type Verdict } from '../equation/Program.js'
import { perTree } from '../equation/Slot.js'
import { count } from '../scalars/Count.js'
import { oneOf } from '../scalars/kinds.js'
import { options, required, withDefault } from '../scalars/options.js'
import type { RecordShape, StateShape } from '../state/StateShape.js'
import { assemble } from '../transformation/assemble.js'
import { equationOf } from '../transformation/equationOf.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { gears } from './gears.js'
import { under } from './segments.js'
import { notFinite } from './skipUpdates.js'

/** When to give up, and where to decide. */
export interface ApplyIfFiniteOptions {
  /** How many updates in a row may be rejected: an integer ≥ 0. The next one is let through, whatever it is. */
  readonly maxConsecutiveErrors: number
  /** `host` (default): one number is read back per step, and a rejected step is not computed. `device`: nothing is read
   *  back, every step is computed, and the numbers in the inner state count attempts. */
  readonly decide?: 'host' | 'device'
  /** `updates` (default): what arrives is judged, as in optax. `updatesAndState`: also what the inner transformation
   *  makes of it, its updates and the tensors of its new state; every step is computed and its old state kept until
   *  then, so nothing inside is donated. */
  readonly judge?: 'updates' | 'updatesAndState'
}

/** The state of `applyIfFinite`. */
export interface ApplyIfFiniteState<S> {
  /** The inner transformation's. */
  readonly inner: S
  /** Rejected updates in a row, up to now. */
  readonly notFiniteCount: number
  /** 1 where the last update was finite, else 0. */
  readonly lastFinite: number
  /** Updates so far that were not finite. */
  readonly totalNotFinite: number
}

/** The state of `applyIfFinite` where the device decides: the same numbers, as tensors that nobody has to read. */
export interface ApplyIfFiniteOnDeviceState<S> {
  /** The inner transformation's. */
  readonly inner: S
  /** Rejected updates in a row, up to now: one number. */
  readonly notFiniteCount: Tensor
  /** 1 where the last update was finite, else 0. */
  readonly lastFinite: Tensor
  /** Updates so far that were not finite: one number. */
  readonly totalNotFinite: Tensor
  /** 1 where the last update was applied, else 0. */
  readonly accepted: Tensor
}

export interface AppliedIfFinite<F extends StateLambda> extends StateLambda {
  readonly State: ApplyIfFiniteState<StateOf<F, this['Params']>>
}

export interface AppliedIfFiniteOnDevice<F extends StateLambda> extends StateLambda {
  readonly State: ApplyIfFiniteOnDeviceState<StateOf<F, this['Params']>>
}

/** Rejects updates that are not finite: nothing changes but the counts of rejections.
 *
 *  ```text
 *  u = tx(g) where all of g is finite, or after maxConsecutiveErrors rejections in a row;
 *  else u = 0, and tx keeps its state        judge: 'updatesAndState': where g, tx(g) and tx's new state are finite
 *  ```
 *
 *  @shapes state `{ inner, notFiniteCount, lastFinite, totalNotFinite }`, numbers; with `decide: 'device'` tensors,
 *    and `accepted`.
 *  @laws a rejected step changes no parameter, no slot, no average and no count inside, bitwise: they are the same
 *    objects. Where all updates are finite it is the inner transformation. With `decide: 'device'` the same
 *    holds for tensors, but not for the numbers of the host: counts inside count attempts, so bias corrections
 *    and schedules go on through rejected steps.
 *  @departs it looks at the updates that arrive, as optax does, and not at what the inner transformation makes of them:
 *    a gradient of 1e20 passes, and its square in a second moment is infinite. `clipByGlobalNorm` before that
 *    moment keeps it finite, and `judge: 'updatesAndState'` rejects it. A state that is not finite already
 *    rejects every step until one is let through. Numbers of the host in a state are not judged.
 *    An update let through after too many rejections starts the count again: optax lets through every later one.
 *    `withMovingAverage(…)(applyIfFinite(…)(tx))`, the other way round, counts rejected steps and moves the
 *    average on them.
 *  @reference optax.apply_if_finite
 *  @example applyIfFinite({ maxConsecutiveErrors: 5 })(adam({ learningRate: 1e-3 })) */
export function applyIfFinite(
  given: ApplyIfFiniteOptions & { readonly decide: 'device' },
): <T extends AnyTransformation>(inner: T) => Transformation<AppliedIfFiniteOnDevice<LambdaOf<T>>, ExtraOf<T>>
export function applyIfFinite(
  given: ApplyIfFiniteOptions & { readonly decide?: 'host' },
): <T extends AnyTransformation>(inner: T) => Transformation<AppliedIfFinite<LambdaOf<T>>, ExtraOf<T>>
export function applyIfFinite(given: ApplyIfFiniteOptions): (inner: AnyTransformation) => unknown {
  const { maxConsecutiveErrors, decide, judge } = parse(given)
  const { shape, plan } = (decide === 'host' ? onHost : onDevice)(maxConsecutiveErrors, judge)
  return (inner) => {
    const anatomy = anatomyOf('applyIfFinite: what it wraps', inner)
    return assemble({
      description: {
        name: 'applyIfFinite',
        options: { maxConsecutiveErrors, decide, judge },
        parts: [anatomy.description],
      },
      shape: shape(anatomy.shape),
      plan: plan(under('inner', anatomy.plan)),
    })
  }
}

/** What differs with the place of the decision. */
interface Decision {
  readonly shape: (inner: StateShape) => RecordShape
  readonly plan: (inner: Plan) => Plan
}

type Counts = { readonly notFiniteCount: number; readonly lastFinite: number; readonly totalNotFinite: number }

type Judged = 'updates' | 'updatesAndState'

const onHost = (most: number, judged: Judged): Decision => {
  const init: Counts = { notFiniteCount: 0, lastFinite: 1, totalNotFinite: 0 }
  const parts = (next: (counts: Counts) => Counts) => ({ name: 'applyIfFinite', host: { init, next } })
  const pass = (next: (counts: Counts) => Counts) => equationOf(parts(next))(() => ({ update }) => ({ update }))
  const fine = pass((counts) => ({ ...counts, notFiniteCount: 0, lastFinite: 1 }))
  const letThrough = pass(({ totalNotFinite }) => ({
    notFiniteCount: 0,
    lastFinite: 0,
    totalNotFinite: totalNotFinite + 1,
  }))
  const rejected = equationOf(
    parts(({ notFiniteCount, totalNotFinite }) => ({
      notFiniteCount: notFiniteCount + 1,
      lastFinite: 0,
      totalNotFinite: totalNotFinite + 1,
    })),
  )((A) => () => ({ update: A.lit(0) }))
  const { programs, host, slots } = gears({ fine, letThrough, rejected })
  return {
    shape: (inner) => ({ kind: 'record', of: 'applyIfFinite', host, slots, parts: { inner } }),
    plan: (inner) => {
      const join = concatenated()
      const verdict = ({ notFinite: found }: Readonly<Record<string, number>>, state: unknown): Verdict =>
        found === 0
          ? { accepted: true, program: programs.fine }
          : (state as Counts).notFiniteCount < most
            ? { accepted: false, program: programs.rejected } // the record of this wrapper
            : { accepted: true, program: programs.letThrough }
      if (judged === 'updatesAndState') {
        const trial = {
          ...trialHere,
          judge: notFinite,
          judges: judged,
          decide: verdict,
          settle: settledOnHost,
        } as const
        const tried = rememberedOne((program: Program): Program => ({ segments: [{ ...trial, program }] }))
        return (state, occasion) => tried(inner(state, occasion))
      }
      const fork: Program = {
        segments: [
          {
            kind: 'fork',
            name: 'applyIfFinite',
            at: [],
            scope: null,
            measure: notFinite,
            run: runSegments,
            way: wayOf,
            choose: (numbers, state, occasion) => {
              const { accepted, program } = verdict(numbers, state)
              return accepted ? join([program, inner(state, occasion)]) : program
            },
          },
        ],
      }
      return () => fork
    },
  }
}

const onDevice = (most: number, judges: Judged): Decision => {
  const judge = steadyEquationOf({
    name: 'applyIfFinite',
    scalars: () => ({ most }),
    slots: { notFiniteCount: perTree(0), lastFinite: perTree(1), totalNotFinite: perTree(0), accepted: perTree(1) },
  })((A) => ({ update, notFiniteCount: row, totalNotFinite: total }, { most: limit }) => {
    const [zero, one] = [A.lit(0), A.lit(1)]
    const finite = A.equal(A.treeSum(A.where(A.isFinite(update), zero, one)), zero)
    const rejected = A.and(A.not(finite), A.less(row, limit))
    return {
      update,
      notFiniteCount: A.where(rejected, A.add(row, one), zero),
      lastFinite: A.where(finite, one, zero),
      totalNotFinite: A.where(finite, total, A.add(total, one)),
      accepted: A.where(rejected, zero, one),
    }
  })
  return {
    shape: (inner) => ({ kind: 'record', of: 'applyIfFinite', host: {}, slots: judge.slots, parts: { inner } }),
    plan: (inner) => {
      const trial = rememberedOne((program: Program): Program => ({
        segments: [{ ...trialHere, judge, judges, program, settle: settledOnDevice }],
      }))
      return (state, occasion) => trial(inner(state, occasion))
    },
  }
}

const trialHere = { kind: 'trial', name: 'applyIfFinite', at: [], scope: null, run: runSegments } as const

const parse = options('applyIfFinite', {
  maxConsecutiveErrors: required(count),
  decide: withDefault(oneOf('host', 'device'), 'host'),
  judge: withDefault(oneOf('updates', 'updatesAndState'), 'updates'),
})
