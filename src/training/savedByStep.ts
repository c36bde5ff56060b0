import { checkFields } from '../scalars/checkFields.js'
import { checkFunction } from '../scalars/checkFunction.js'
import { function as F, readonlyArray as RA, taskEither as TE } from 'fp-ts'
import type { CheckpointError } from '../checkpoint/CheckpointError.js'
import { promised } from '../checkpoint/promised.js'
import { retain, type RetentionLog, type RetentionPolicy, startRetention } from '../checkpoint/retention.js'
import type { Store } from '../checkpoint/Store.js'
import type { TaskStore } from '../checkpoint/StreamingTaskStore.js'
import { taskStore } from '../checkpoint/taskStore.js'
import { knownOnly } from '../scalars/knownOnly.js'
import type { HookContext } from './FitOptions.js'
import { saveDone } from './saveDone.js'
import type { Snapshot } from './StepEvent.js'

/** What is saved after some steps of a run, and how much of it is kept. */
export interface SavedByStep<P, S> {
  readonly store: Store
  /** Saves one snapshot under a name: mostly `save` or `saveSwapped`. */
  readonly save: (name: string, snapshot: Snapshot<P, S>, context: HookContext) => PromiseLike<unknown>
  /** How much is kept. Default: the newest five. */
  readonly retention?: RetentionPolicy
  /** What `retention.keepBest` goes by, asked after each save: such as a loss on held-out data. Default: none. What an earlier
   *  run saved has no metric any more. */
  readonly metric?: (snapshot: Snapshot<P, S>) => number | Promise<number>
  /** What the names begin with; the step follows, with at least eight digits. Default `step-`. */
  readonly prefix?: string
  /** The time in milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
}

/** A checkpoint hook for `fit`: names each save by its step, and removes old ones by a retention policy.
 *
 *  ```text
 *  save(step) under `step-00000100`, then remove what retain(policy, log) gives up
 *  ```
 *
 *  What an earlier run left under such names counts as its recent saves.
 *
 *  @units times in milliseconds.
 *  @throws `RangeError` for a wrong policy. A save or removal that fails rejects, which ends the run.
 *  @laws at most `maxToKeep` names are left, and those kept for good; the newest is among them.
 *  @example
 *  ```ts
 *  const hook = savedByStep({ store, save: (name, { params, state, step }: Snapshot<typeof now.params, typeof now.state>) =>
 *  save({ store, name, optimizer, params, state, record: { step } }), retention: { maxToKeep: 3 } })
 *  ```
 */
export const savedByStep = <P, S>(options: SavedByStep<P, S>) => {
  const { store, save, retention = {}, metric, prefix = 'step-', clock = Date.now } = known(options)
  checkFunction(
    'savedByStep: save',
    save,
    '(name, { params, state }) => save({ store, name, optimizer, params, state })',
  )
  retain(retention, startRetention(0), 0, prefix) // a wrong policy throws here, not at the first save
  const tasks = taskStore(store)
  // The log of the run that the hook is used in: what was saved, in order.
  let log: RetentionLog | undefined
  return async (snapshot: Snapshot<P, S>, context: HookContext): Promise<void> => {
    checkFields('savedByStep: snapshot', snapshot, { step: 'number' }, 'Pass the hook to fit, which calls it.')
    const { step } = snapshot
    const name = `${prefix}${String(step).padStart(8, '0')}`
    const before = log ?? (await promised(found(tasks, prefix, clock())))
    await saveDone('savedByStep: save', step, save(name, snapshot, context))
    const { log: after, remove } = retain(retention, before, clock(), name, await metric?.(snapshot))
    log = after
    await promised(F.pipe(remove, RA.map(tasks.remove), TE.sequenceSeqArray))
  }
}

const known = knownOnly<SavedByStep<unknown, unknown>>('savedByStep', {
  store: 'required',
  save: 'required',
  retention: true,
  metric: true,
  prefix: true,
  clock: true,
})

/** A log with what is in a store under names of steps. */
const found = ({ list }: TaskStore, prefix: string, now: number): TE.TaskEither<CheckpointError, RetentionLog> =>
  F.pipe(
    list,
    TE.map((items) => ({
      ...startRetention(now),
      recent: items.filter(({ name }) => name.startsWith(prefix) && /^\d{8,}$/.test(name.slice(prefix.length))),
    })),
  )
