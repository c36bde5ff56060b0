/** There was no memory for the result of a step. Nothing was changed: parameters and state are as they were. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError'
  /** How many bytes were asked for when memory ran out. */
  readonly bytes: number
  constructor(bytes: number, place: string) {
    super(
      `out of memory: ${place} had no ${bytes} bytes for one more result of this step. Parameters and state are unchanged. ` +
        'Dispose what is no longer needed, or step with { donate: true }, which reuses the memory of the old parameters and state.',
    )
    this.bytes = bytes
  }
}
