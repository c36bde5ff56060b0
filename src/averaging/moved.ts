/** @internal */
import type { Arithmetic } from '../equation/Arithmetic.js'

/** One move of an average towards x, in the form that suits its coefficient: both keep a constant bitwise, and reach
 *  both ends. Differences only, because −0 − 0 is −0 where −0 + 0 is 0.
 *
 *  ```text
 *  near (c ≤ ½): A − c·(A − x)        far (c > ½): x − d·(x − A), d = 1 − c
 *  ```
 */
export const moved =
  <A, B>(a: Arithmetic<A, B>, far: boolean) =>
  (average: A, x: A, { c, d }: { readonly c: A; readonly d: A }): A =>
    far ? a.sub(x, a.mul(d, a.sub(x, average))) : a.sub(average, a.mul(c, a.sub(average, x)))

/** What an average sees: the parameters after the update, or before it. */
export const seen = <A, B>(
  a: Arithmetic<A, B>,
  order: 'sequential' | 'concurrent',
  { param, update }: { readonly param: A; readonly update: A },
): A => (order === 'sequential' ? a.applied(param, update) : param)
