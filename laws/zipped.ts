import { equallyLong } from './Apart.js'

/** Two lists, member by member.
 *
 *  @internal
 *  @throws `Apart` where they are not equally long: then the law that zips them does not hold. */
export const zipped = <A, B, C>(left: readonly A[], right: readonly B[], f: (a: A, b: B) => C): readonly C[] =>
  equallyLong(left, right).map((a, i) => f(a, right[i] as B)) // as many

/** Of lists of numbers those at each place: of the first of all, of the second.
 *
 *  @internal
 *  @throws `Apart` as above. */
export const columnsOf = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const [first, ...others] = lists
  if (first === undefined) return []
  for (const other of others) equallyLong(other, first)
  return first.map((_, i) => lists.map((list) => list[i] as number)) // as many
}
