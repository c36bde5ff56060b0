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

/** Bytes from `begin` up to `end`, counted from 0. */
export interface ByteRange {
  readonly begin: number
  readonly end: number
}

/** Which part is read, and until when. */
export interface PartToRead extends Interruptible {
  /** The first byte.
   *
   *  @defaultValue 0 */
  readonly begin?: number
  /** The byte after the last. Default: the length of what is there. */
  readonly end?: number
}

/** Bytes that are made while they are written: so many, in pieces of any length. */
export interface ByteSource {
  /** All pieces together, in bytes. */
  readonly length: number
  /** Begins anew at each call. A piece is valid until the next one is asked for. */
  readonly pieces: () => AsyncIterable<Uint8Array>
}

/** One version of what is under a name, to be read in parts, whatever is written there meanwhile. */
export interface OpenedItem {
  /** In bytes. */
  readonly length: number
  /** The bytes of a range within the length, the caller's to keep. */
  readonly read: (range: ByteRange) => Promise<Uint8Array>
  /** Must be called, once, also after a failure: a write of that name may wait for it. */
  readonly close: () => Promise<void>
}

/**
 * A place that keeps bytes under names. Its promises reject with `CheckpointFailed`; what else they reject with becomes
 * a problem with the tag `Store`, of which it is the `cause`.
 *
 * The four first members are all that a store needs; one that has the two others too never holds a whole item in
 * memory.
 *
 *  @laws a `read` gives the bytes of the last `write` that was done, whole; a `write` that fails, or dies half-way,
 *    leaves what was there; bytes are never shared with the caller, who leaves them alone until the write is done;
 *    `read` of a name that is not there is `Missing`; `remove` of one is right; `list` is ordered by time, then name;
 *    names that are no `storeName` are refused, and so are zero bytes (some stores cannot tell them from a write that
 *    died); pieces that fail, or are not as long as they say, leave what was there; any cutting of the bytes is the
 *    same write; what is read of an opened item is of one version.
 *  @example const bytes = await store.read('last.safetensors')
 */
export interface Store {
  readonly read: (name: string, how?: Interruptible) => Promise<Uint8Array>
  readonly write: (name: string, bytes: Uint8Array, how?: Interruptible) => Promise<void>
  readonly list: () => Promise<readonly StoredItem[]>
  readonly remove: (name: string) => Promise<void>
  /** Opens what is under a name. Default: the whole is read. */
  readonly open?: (name: string, how?: Interruptible) => Promise<OpenedItem>
  /** A write of bytes that come in pieces. Default: they are gathered, then written. */
  readonly writePieces?: (name: string, source: ByteSource, how?: Interruptible) => Promise<void>
}

/**
 * A store that reads parts and writes pieces: the stores of this library are, `storeFrom` makes one of any place and
 * `promiseStore(taskStore(store))` of any store.
 *
 * Its `open` and `writePieces` are not copied by `{ ...store }`: a copy that reads or writes in another way (encrypted,
 * counted) would be gone around.
 *
 *  @laws those of `Store`; `read(name, { begin, end })` is the slice of `read(name)`, `size(name)` its length.
 *  @example const header = await store.read('last.safetensors', { begin: 8, end: 4096 })
 */
export interface StreamingStore extends Store {
  readonly read: (name: string, how?: PartToRead) => Promise<Uint8Array>
  readonly write: (name: string, bytes: Uint8Array | ByteSource, how?: Interruptible) => Promise<void>
  /** Bytes under a name. */
  readonly size: (name: string, how?: Interruptible) => Promise<number>
}
