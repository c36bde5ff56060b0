/** @internal */

/** Whether something is a `Uint8Array`; by name: bytes of another realm are bytes too. */
export const isBytes = (given: unknown): given is Uint8Array =>
  ArrayBuffer.isView(given) && Object.prototype.toString.call(given) === '[object Uint8Array]'
