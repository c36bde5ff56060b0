/** @internal */

/** A copy of some bytes, which fills its buffer. The `slice` of a `Buffer` of Node is a view. */
export const copyOf = (bytes: Uint8Array, begin = 0, end = bytes.length): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.subarray(begin, end))
