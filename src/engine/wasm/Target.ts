/** @internal */

/** For which machine a kernel is emitted. */
export interface Target {
  readonly simd: boolean
  /** Whether the memory that it works on is shared between threads. */
  readonly shared: boolean
}
