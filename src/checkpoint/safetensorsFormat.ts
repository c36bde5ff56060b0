/** Inside the room. @internal */

/** What the writer and the reader of safetensors must agree on. */
export const safetensorsFormat = {
  /** Bytes of the little-endian header length at the start of a file. */
  prefixBytes: 8,
  /** Largest header in bytes that is written, and that is looked at when reading. */
  maxHeaderBytes: 25_000_000,
  /** Most keys in a header, for the same reason: building them costs microseconds each. */
  maxKeys: 1_000_000,
  /** Its name, dtype, shape and data_offsets. */
  keysPerTensor: 4,
  /** The header's length is a multiple of this, so that the data is aligned. */
  alignment: 8,
  /** The one key of the header that is no tensor. */
  metadataKey: '__metadata__',
  /** A string with half a surrogate pair has no UTF-8 form: other readers refuse it. */
  isWellFormed: (text: string): boolean => !/\p{Surrogate}/u.test(text),
} as const
