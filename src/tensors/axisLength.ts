/** @internal */
import { must } from '../scalars/must.js'

/** The length of an axis that a tensor has; negative axes count from the end.
 *
 *  @throws `Error` where it has none. */
export const axisLength = ({ shape }: { readonly shape: readonly number[] }, axis: number): number =>
  must(shape.at(axis), 'length of an axis')
