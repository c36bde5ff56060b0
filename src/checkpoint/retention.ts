import { shown } from '../scalars/shown.js'
import type { StoredItem } from './Store.js'

export interface RetentionPolicy {
  /** How many of the newest checkpoints to keep; `null` or 0 keeps all.
   *
   *  @defaultValue 5 */
  readonly maxToKeep?: number | null
  /** Besides them, keep about one for every so many hours for good. Default: none. */
  readonly keepEveryHours?: number
}

/** What is remembered between two saves: plain data, so that it can be saved too. Times in milliseconds. */
export interface RetentionLog {
  /** When this log began. */
  readonly start: number
  /** How many checkpoints were kept for good because of `keepEveryHours`. */
  readonly kept: number
  /** The newest checkpoints, oldest first. */
  readonly recent: readonly StoredItem[]
}

export interface Retained {
  readonly log: RetentionLog
  /** The checkpoints to remove now, oldest first. */
  readonly remove: readonly string[]
}

/** The log before the first save; `now` starts the count of hours. */
export const startRetention = (now: number): RetentionLog => ({ start: now, kept: 0, recent: [] })

/**
 * What to remember and what to remove after `name` was saved at `now`: the rule of TensorFlow's `Saver`.
 *
 *  ```text
 *  recent' = (recent without name) ++ [(name, now)], its oldest dropped until maxToKeep are left
 *  a dropped item is kept for good if its time > start + (kept + 1) · keepEveryHours, and kept grows by 1; else
 *  removed
 *  ```
 *
 *  @laws the clock is handed in, the removing is left to the caller.
 *
 *  @units times in milliseconds, `keepEveryHours` in hours.
 *
 *    Throws `RangeError` for a `maxToKeep` that is no whole number ≥ 0, a `keepEveryHours` that is not > 0.
 *
 *  @laws at most `maxToKeep` are in `recent`; the name just saved is its last, and never removed; what was removed is no
 *    longer in `recent`; two items kept for good are on average at least `keepEveryHours` apart.
 *
 *  @departs a smaller `maxToKeep` than before takes effect at once, not one file a save.
 *
 *  @reference tensorflow/python/training/saver.py, `_RecordLastCheckpoint` and `_MaybeDeleteOldCheckpoints`
 *
 *  @example const { log, remove } = retain({ maxToKeep: 3, keepEveryHours: 1 }, before, Date.now(), 'step-100')
 */
export const retain = (policy: RetentionPolicy, log: RetentionLog, now: number, name: string): Retained => {
  const { maxToKeep, keepEveryHours } = checked(policy)
  const recent = [...log.recent.filter((item) => item.name !== name), { name, time: now }]
  // As Saver does: where all is kept, only the newest is listed.
  if (maxToKeep === null) return { log: { ...log, recent: recent.slice(-1) }, remove: [] }
  const dropped = recent.slice(0, Math.max(0, recent.length - maxToKeep))
  return dropped.reduce<Retained>(
    (before, item) =>
      item.time > log.start + (before.log.kept + 1) * keepEveryHours * millisecondsPerHour
        ? { ...before, log: { ...before.log, kept: before.log.kept + 1 } }
        : { ...before, remove: [...before.remove, item.name] },
    { log: { ...log, recent: recent.slice(dropped.length) }, remove: [] },
  )
}

const millisecondsPerHour = 3_600_000

const checked = ({ maxToKeep = 5, keepEveryHours = Infinity }: RetentionPolicy) => {
  if (maxToKeep !== null && !(Number.isSafeInteger(maxToKeep) && maxToKeep >= 0))
    throw new RangeError(`retain: maxToKeep must be a whole number ≥ 0 or null, found ${shown(maxToKeep)}`)
  if (!(keepEveryHours > 0)) throw new RangeError(`retain: keepEveryHours must be > 0, found ${shown(keepEveryHours)}`)
  return { maxToKeep: maxToKeep === 0 ? null : maxToKeep, keepEveryHours }
}
