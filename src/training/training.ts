/** @internal */

import { must } from '../scalars/must.js'
import type { Scalar } from '@tensorflow/tfjs-core'
import type { Now } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { breathing } from './breathing.js'
import type { Ended } from './Ended.js'
import type { Batches, FitOptions } from './FitOptions.js'
import { keep } from './keep.js'
import { tensorsIn } from './mapTensors.js'
import type { Ending, Report } from './Reporter.js'
import { savesOf } from './saves.js'
import { sourceOf } from './source.js'
import type { StepEvent } from './StepEvent.js'
import type { Advance } from './stepped.js'
import { unlessAborted } from './unlessAborted.js'

type AnyNow = Now<unknown, unknown>
type AnyEvent = StepEvent<unknown, unknown, unknown, unknown, unknown>

/** A run's options, checked. */
export interface Course extends Pick<
  FitOptions<unknown, unknown, unknown, unknown, unknown>,
  'evaluate' | 'checkpoint' | 'reporter'
> {
  readonly signal: AbortSignal
  readonly advance: Advance
  readonly steps: number | undefined
  readonly startStep: number
  readonly disposeBatches: boolean
  readonly donate: boolean
}

/** The loop itself. The newest generation is always that of the last event, or what the caller passed in: whoever stops
 *  the loop has it. */
export async function* training(
  course: Course,
  now: AnyNow,
  batches: Batches<unknown>,
): AsyncGenerator<AnyEvent, Ended<unknown, unknown>, void> {
  const { steps, startStep, signal, disposeBatches } = course
  const source = sourceOf(batches, signal, (batch) => release(disposeBatches ? batch : null))
  const tell = async (made: Told): Promise<void> => course.reporter?.({ ...made, time: performance.now() })
  const report = async (made: Told): Promise<void> => unlessAborted(tell(made), signal)
  let over = false
  // a save that was in flight when the signal came may outlive the run
  const saves = savesOf(course.checkpoint, signal, async (at) =>
    over ? undefined : report({ kind: 'saved', step: at }),
  )
  const breathe = breathing()
  let newest = now
  let step = startStep
  let why: Ending = 'failed'
  let failed = false
  try {
    await report({ kind: 'started', step, until: steps === undefined ? undefined : startStep + steps })
    for (;;) {
      await breathe()
      saves.surface()
      const enough = steps !== undefined && step === startStep + steps
      const pulled = enough || signal.aborted ? undefined : await source.next()
      if (pulled === undefined) {
        const end = enough ? 'enough' : signal.aborted ? 'aborted' : 'exhausted'
        why = end
        return { ...newest, step, why: end }
      }
      const { batch } = pulled
      const made = generation(course, newest, newest === now, batch)
      newest = { params: made.params, state: made.state }
      step++
      const plain = eventOf(step, made, batch)
      const { event, trouble } = await hooked(course, plain, async () => saves.begin({ step, ...newest }), report)
      why = 'stopped'
      try {
        yield event
      } finally {
        release([made.value, made.aux, disposeBatches ? batch : null])
        // told only now, so that whoever reads the events has this generation in hand
        rethrow(trouble)
      }
      why = 'failed'
    }
  } catch (error) {
    failed = true
    throw error
  } finally {
    const last = step > startStep && why !== 'aborted' && !failed
    const trouble = await ended([
      async () => (last ? saves.last({ step, ...newest }) : undefined),
      saves.settled,
      saves.surface,
      source.close,
    ])
    over = true
    const untold = await ended([
      async () => tell({ kind: 'ended', step, why: failed || trouble !== undefined ? 'failed' : why }),
    ])
    // an error that is on its way already is told, and no other
    if (!failed) rethrow(trouble ?? untold)
  }
}

type Told = Report extends infer R ? (R extends Report ? Omit<R, 'time'> : never) : never

/** One step, after which the old generation is gone. What is the caller's takes part as clones: they share its memory,
 *  which therefore is never written to, and leaves that do not change are not the caller's tensors either. */
const generation = (
  { advance, donate, disposeBatches }: Course,
  old: AnyNow,
  callers: boolean,
  batch: unknown,
): ReturnType<Advance> => {
  const own = callers ? keep(old) : old
  try {
    const made = advance(own, [batch], donate)
    disposeExcept([own.params, own.state], [made.params, made.state])
    return made
  } catch (error) {
    if (callers) release(own)
    if (disposeBatches) release(batch)
    throw error
  }
}

const eventOf = (step: number, { params, state, value, aux }: ReturnType<Advance>, batch: unknown): AnyEvent => {
  let reading: Promise<number> | undefined
  const loss = async (): Promise<number> => (reading ??= read(step, value))
  return { step, value, loss, params, state, aux, batch, evaluation: undefined }
}

const read = async (step: number, value: Scalar): Promise<number> => {
  if (value.isDisposed)
    throw new Error(`fit: the loss of step ${step} is gone. Call loss() before asking for the next event.`)
  return must((await value.data())[0], 'number in the value of a loss')
}

interface Trouble {
  readonly error: unknown
}

/** The event with what its hooks made of it, and the error of one that failed. */
const hooked = async (
  { evaluate, signal }: Course,
  event: AnyEvent,
  save: () => Promise<void>,
  report: (made: Told) => Promise<void>,
): Promise<{ readonly event: AnyEvent; readonly trouble?: Trouble }> => {
  let seen = event
  try {
    await report({ kind: 'stepped', step: event.step, loss: event.loss })
    if (evaluate !== undefined && event.step % evaluate.every === 0 && !signal.aborted) {
      // without the field, this is the event as the hook's type has it
      const plain = event as StepEvent<unknown, unknown, unknown, unknown>
      const evaluation = await unlessAborted((async () => evaluate.run(plain, { signal }))(), signal)
      if (signal.aborted) return { event }
      seen = { ...event, evaluation }
      await report({ kind: 'evaluated', step: event.step, evaluation })
    }
    await save()
    return { event: seen }
  } catch (error) {
    return { event: seen, trouble: { error } }
  }
}

const rethrow = (trouble: Trouble | undefined): void => {
  if (trouble !== undefined) throw trouble.error
}

/** Does all that is left to do, whatever part of it fails; gives the first error. */
const ended = async (tasks: readonly (() => void | Promise<void>)[]): Promise<Trouble | undefined> => {
  let trouble: Trouble | undefined
  for (const task of tasks) {
    try {
      await task()
    } catch (error) {
      trouble ??= { error }
    }
  }
  return trouble
}

const release = (value: unknown): void => {
  for (const tensor of tensorsIn(value)) tensor.dispose()
}
