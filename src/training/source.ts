/** @internal */

import { shown } from '../scalars/shown.js'
import type { Batches } from './FitOptions.js'
import { unlessAborted } from './unlessAborted.js'

/** Where batches come from, one at a time. */
export interface Source {
  /** The next batch; nothing when there is none, or when the signal comes first. */
  readonly next: () => Promise<{ readonly batch: unknown } | undefined>
  /** Tells the iterator that no more is wanted, as a `for…of` loop does that ends early. */
  readonly close: () => Promise<void>
}

/** Opens batches on the first call. A batch that comes after the signal goes to `late`. */
export const sourceOf = (batches: Batches<unknown>, signal: AbortSignal, late: (batch: unknown) => void): Source => {
  let iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined
  let open = false
  let waiting = false
  const next = async () => {
    iterator ??= Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]()
    open = false // an iterator that throws has closed itself
    const pulled = Promise.resolve(iterator.next())
    const result = await unlessAborted(pulled, signal)
    open = true
    if (result === undefined) {
      waiting = true
      pulled.then(
        (r) => (r.done === true ? undefined : late(r.value)),
        () => undefined,
      )
      return undefined
    }
    open = result.done !== true
    return result.done === true ? undefined : { batch: result.value }
  }
  const close = async () => {
    if (!open) return
    open = false
    const closed = Promise.resolve(iterator?.return?.())
    // a source that never answers must not hold up the end
    if (waiting) closed.catch(() => undefined)
    else await closed
  }
  return { next, close }
}

/** Refuses what cannot be iterated over. */
export const checkBatches = (where: string, batches: unknown): void => {
  if (
    typeof batches === 'object' &&
    batches !== null &&
    (Symbol.asyncIterator in batches || Symbol.iterator in batches)
  )
    return
  throw new TypeError(
    `${where}: batches must be an iterable or async iterable (an array, a generator), found ${shown(batches)}. Pass e.g. [batch].`,
  )
}
