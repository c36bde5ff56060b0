/** @internal */

import type { Arithmetic } from '../equation/Arithmetic.js'

/** One step of a running average: `keep·old + take·x`. */
export const moment =
  <A, B>({ add, mul }: Arithmetic<A, B>) =>
  (keep: A, old: A, take: A, x: A): A =>
    add(mul(keep, old), mul(take, x))
