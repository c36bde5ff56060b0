/** @internal */
import { nth } from '../scalars/nth.js'

/** The inner product of two lists of the same length. */
export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * nth(b, i), 0)
