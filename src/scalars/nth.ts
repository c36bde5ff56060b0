/** @internal */
import { must } from './must.js'

/** A number of a list, at an index that was computed: it is inside.
 *
 *  @throws `Error` where it is not. */
export const nth = (list: ArrayLike<number>, i: number): number => must(list[i], 'number at an index')
