import { positiveCount, count } from '../scalars/Count.js'
import { anything, membersOf, flag, fn } from '../scalars/kinds.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { nowIn } from '../transformation/nowIn.js'
import type { Now } from '../transformation/step.js'
import type { TreeOf } from '../tree/Tree.js'
import { type AnyLoss, evaluation } from './evaluation.js'
import type { Ended } from './Ended.js'
import type { Batches, CheckpointHook, EvaluateHook, FitOptions } from './FitOptions.js'
import { auxSpec } from './gradSpec.js'
import type { Evaluated, EvaluatedWithAux, Loss, LossWithAux } from './Loss.js'
import type { ExtraOption, Needed, NeedsExtra } from './Minimized.js'
import type { Reporter } from './Reporter.js'
import { checkBatches } from './source.js'
import type { StepEvent } from './StepEvent.js'
import { type AnyOptimizer, stepped } from './stepped.js'
import { training } from './training.js'

/** A run of training: from parameters and state, and batches, to a stream of steps. */
export type Fit<P, S, B, A, R> = (
  now: Now<P, S>,
  batches: Batches<B>,
) => AsyncGenerator<StepEvent<P, S, B, A, R>, Ended<P, S>, void>

/** Trains on batches, one step for each, as a stream of events; returns the last parameters and state, and
 *  why it ended.
 *
 *  ```text
 *  nowₜ₊₁ = minimize(tx, L)(nowₜ, batchₜ)
 *  ```
 *
 *  Nothing is computed before the first event is asked for, and nothing is read back from the device unless an event's
 *  `loss()` is called.
 *
 *  **Ownership.** What the caller passes in is never disposed: the first parameters and state, and batches (unless
 *  `disposeBatches`). An event is borrowed until the next one is asked for; `keep(event)` clones what should
 *  live on. Old generations are disposed. However the run ends (no more batches, `steps`, the signal,
 *  leaving the loop, an error), only the last event's parameters and state live on, and are the caller's:
 *  they are what is returned, and share no tensor with what was passed in. Without a step, what was passed
 *  in is returned. A save in flight has clones of its own.
 *
 *  **Ending.** What is returned says how many steps were taken and why there were no more: `exhausted` may come before
 *  `steps`. A checkpoint hook saves that end too (`last`). The signal ends every wait at once, also for an
 *  evaluation or a save that hangs: what they give later is thrown away, but a save goes on by itself, and
 *  holds its clones until it is done.
 *
 *  @throws What the loss, the step, the batches or a hook throws, after everything has been cleared away; the error
 *    of an evaluation or a save comes after the event of its step. `SaveFailed` where a save rejected with
 *    `CheckpointFailed`, or gave nothing that says it was done. `TypeError`, `RangeError` for wrong options.
 *  @laws fit(xs ++ ys) = fit(ys) ∘ fit(xs), bit for bit, with `startStep` for the count; stops before the next
 *    step once the signal has come; takes no batch that it does not use; closes the iterator when it stops
 *    early, as `for…of` does.
 *  @example
 *  ```ts
 *  for await (const event of fit(optimizer, (p: typeof params, x: number) => tf.mul(loss(p), x))(now, [1, 2, 3])) {
 *    if (event.step % 10 === 0) console.log(event.step, await event.loss())
 *  }
 *  ```
 */
export function fit<F extends StateLambda, E, P, B, A, R = undefined>(
  optimizer: Transformation<F, E>,
  loss: LossWithAux<P, readonly [batch: B], A>,
  given: { readonly hasAux: true } & FitOptions<P, StateOf<F, P>, B, A, R> &
    ExtraOption<E, EvaluatedWithAux<P, A>, readonly [batch: B]>,
): Fit<P & TreeOf<P>, StateOf<F, P>, B, A, R>
export function fit<F extends StateLambda, E, P, B, R = undefined>(
  optimizer: Transformation<F, E>,
  loss: Loss<P, readonly [batch: B]>,
  ...given: Needed<
    E,
    { readonly hasAux?: false } & FitOptions<P, StateOf<F, P>, B, undefined, R> &
      ExtraOption<E, Evaluated<P>, readonly [batch: B]>
  >
): Fit<P & TreeOf<P>, StateOf<F, P>, B, undefined, R>
// Reached without options only: who needs some reads of it here.
export function fit<F extends StateLambda, E, P, B>(
  optimizer: Transformation<F, E>,
  loss: Loss<P, readonly [batch: B]> & NeedsExtra<E>,
): Fit<P & TreeOf<P>, StateOf<F, P>, B, undefined, undefined>
export function fit(
  optimizer: AnyOptimizer,
  loss: AnyLoss,
  given?: object,
): Fit<unknown, unknown, unknown, unknown, unknown> {
  const { hasAux, mask, cotangent, extra, ...rest } = parse(given)
  const advance = stepped('fit', optimizer, loss, evaluation(loss, { where: 'fit', hasAux, mask, cotangent }), extra)
  const course = {
    ...rest,
    signal: rest.signal ?? new AbortController().signal,
    evaluate: checked(evaluateOf, rest.evaluate),
    checkpoint: checked(checkpointOf, rest.checkpoint),
    advance,
  }
  return (now, batches) => {
    nowIn('fit', now)
    checkBatches('fit', batches)
    // an option left out is undefined, which its type may not say
    return training(course as Parameters<typeof training>[0], now, batches)
  }
}

const parse = options('fit', {
  ...auxSpec,
  extra: optional(
    fn<(...evaluated: never) => unknown>(
      'a function from the evaluated loss to what the optimizer needs',
      '({ value }) => ({ … })',
    ),
  ),
  steps: optional(count),
  startStep: withDefault(count, 0),
  signal: optional(membersOf<AbortSignal>('an AbortSignal', 'AbortSignal.timeout(60_000)')),
  evaluate: optional(
    anything<EvaluateHook<unknown, unknown, unknown, unknown, unknown>>(
      'a record { every, run }',
      '{ every: 100, run: (event) => … }',
    ),
  ),
  checkpoint: optional(
    anything<CheckpointHook<unknown, unknown>>('a record { every, save }', '{ every: 100, save: (snapshot) => … }'),
  ),
  reporter: optional(fn<Reporter>('a reporter', '(report) => { … }')),
  disposeBatches: withDefault(flag, false),
  donate: withDefault(flag, true),
})

const hookSpec = { every: required(positiveCount) }
const evaluateOf = options('fit: evaluate', { ...hookSpec, run: required(fn('a function', '(event) => …')) })
const checkpointOf = options('fit: checkpoint', {
  ...hookSpec,
  last: optional(flag),
  save: required(fn('a function', '(snapshot) => save({ … })')),
})

/** A hook as it is: its function may be a method, of an object of any kind. */
const checked = <
  H extends EvaluateHook<unknown, unknown, unknown, unknown, unknown> | CheckpointHook<unknown, unknown>,
>(
  check: (hook: never) => unknown,
  hook: H | undefined,
): H | undefined => {
  if (typeof hook !== 'object' || hook === null) {
    if (hook !== undefined) check(hook) // refused there
    return undefined
  }
  const inherited = 'run' in hook ? { run: hook.run } : { save: hook.save }
  // an object of a class has other fields
  const own = Object.getPrototypeOf(hook) === Object.prototype ? hook : {}
  check({ ...own, every: hook.every, ...inherited } as never) // checked there
  return hook
}
