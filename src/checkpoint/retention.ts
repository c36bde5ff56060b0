import { checkFields } from '../scalars/checkFields.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { shown } from '../scalars/shown.js'
import type { StoredItem } from './Store.js'

export interface RetentionPolicy {
  /** How many of the newest checkpoints to keep; `null` or 0 keeps all.
   *
   *  @defaultValue 5 */
  readonly maxToKeep?: number | null
  /** Besides them, keep about one for every so many hours for good. Default: none. */
  readonly keepEveryHours?: number
  /** Besides them, keep so many with the best metric, as long as none is better.
   *
   *  @defaultValue 0 */
  readonly keepBest?: number
  /** Which metric is the better one.
   *
   *  @defaultValue 'lower' */
  readonly better?: 'lower' | 'higher'
}

/** A checkpoint that was kept for its metric. */
export interface BestItem extends StoredItem {
  readonly metric: number
}

/** What is remembered between two saves: plain data, so that it can be saved too. Times in milliseconds. */
export interface RetentionLog {
  /** When this log began. */
  readonly start: number
  /** How many checkpoints were kept for good because of `keepEveryHours`. */
  readonly kept: number
  /** The newest checkpoints, oldest first. */
  readonly recent: readonly StoredItem[]
  /** Those with the best metrics, the best one first. Default: none. */
  readonly best?: readonly BestItem[]
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
export const retain = (
  policy: RetentionPolicy,
  log: RetentionLog,
  now: number,
  name: string,
  metric?: number,
): Retained => {
  const { maxToKeep, keepEveryHours, keepBest, better } = checked(policy)
  checkFields(
    'retain: log',
    log,
    { start: 'number', kept: 'number', recent: 'array' },
    'Pass startRetention(Date.now()), then the log of the last call.',
  )
  const recent = [...log.recent.filter((item) => item.name !== name), { name, time: now }]
  const sign = better === 'lower' ? 1 : -1
  const old = (log.best ?? []).filter((item) => item.name !== name) // none so far
  const scored = metric === undefined || Number.isNaN(metric) ? old : [...old, { name, time: now, metric }]
  // of equal ones the first that was saved
  const best = scored.toSorted((a, b) => sign * (a.metric - b.metric) || a.time - b.time).slice(0, keepBest)
  const known = keepBest === 0 ? {} : { best }
  // As Saver does: where all is kept, only the newest is listed.
  if (maxToKeep === null) return { log: { ...log, ...known, recent: recent.slice(-1) }, remove: [] }
  const kept = recent.slice(Math.max(0, recent.length - maxToKeep))
  const stays = new Set([...kept, ...best].map((item) => item.name))
  const beyond = [...old, ...recent.slice(0, recent.length - kept.length)].filter((item) => !stays.has(item.name))
  const dropped = [
    ...new Map(beyond.map((item) => [item.name, { name: item.name, time: item.time }])).values(),
  ].toSorted((a, b) => a.time - b.time)
  return dropped.reduce<Retained>(
    (before, item) =>
      item.time > log.start + (before.log.kept + 1) * keepEveryHours * millisecondsPerHour
        ? { ...before, log: { ...before.log, kept: before.log.kept + 1 } }
        : { ...before, remove: [...before.remove, item.name] },
    { log: { ...log, ...known, recent: kept }, remove: [] },
  )
}

const millisecondsPerHour = 3_600_000

const known = knownOnly<RetentionPolicy>('retain', {
  maxToKeep: true,
  keepEveryHours: true,
  keepBest: true,
  better: true,
})

const checked = (policy: RetentionPolicy) => {
  const { maxToKeep = 5, keepEveryHours = Infinity, keepBest = 0, better = 'lower' } = known(policy)
  if (maxToKeep !== null && !(Number.isSafeInteger(maxToKeep) && maxToKeep >= 0))
    throw new RangeError(`retain: maxToKeep must be a whole number ≥ 0 or null, found ${shown(maxToKeep)}`)
  if (!(keepEveryHours > 0)) throw new RangeError(`retain: keepEveryHours must be > 0, found ${shown(keepEveryHours)}`)
  if (!(Number.isSafeInteger(keepBest) && keepBest >= 0))
    throw new RangeError(`retain: keepBest must be a whole number ≥ 0, found ${shown(keepBest)}`)
  if (better !== 'lower' && better !== 'higher')
    throw new RangeError(`retain: better must be 'lower' or 'higher', found ${shown(better)}`)
  return { maxToKeep: maxToKeep === 0 ? null : maxToKeep, keepEveryHours, keepBest, better }
}
