/** What a store holds under one name; `time` is when it was written, in milliseconds since 1970. */
export interface StoredItem {
  readonly name: string
  readonly time: number
}

/** What can be ended early. */
export interface Interruptible {
  /** What is not done when it comes is given up, and rejects; a write leaves what was there then. A store may pass it
   *  over, and do the whole deed. Default: never. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A place that keeps bytes under names. Its promises reject with `CheckpointFailed`; what else they reject with becomes
 * a problem with the tag `Store`, of which it is the `cause`.
 *
 *  @laws a `read` gives the bytes of the last `write` that was done, whole; a `write` that fails, or dies half-way,
 *    leaves what was there; bytes are never shared with the caller, who leaves them alone until the write is done; `read`
 *    of a name that is not there is `Missing`; `remove` of one is right; `list` is ordered by time, then name; names that
 *    are no `storeName` are refused, and so are zero bytes (some stores cannot tell them from a write that died).
 */
export interface Store {
  readonly read: (name: string, how?: Interruptible) => Promise<Uint8Array>
  readonly write: (name: string, bytes: Uint8Array, how?: Interruptible) => Promise<void>
  readonly list: () => Promise<readonly StoredItem[]>
  readonly remove: (name: string) => Promise<void>
}
