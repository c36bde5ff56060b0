/** What stands at a place of a list that the suite itself has made so long. A default would be compared like any
 *  number, and two NaN are equal.
 *
 *  @internal
 *  @throws `RangeError` where nothing stands there: the suite is wrong, and not what it asks. */
export const nth = <A>(list: ArrayLike<A>, i: number): A => {
  const found = list[i]
  if (found === undefined && !Object.hasOwn(list, i))
    throw new RangeError(
      `polyak/laws: a list of ${list.length} has nothing at ${i}. This is the suite's own mistake, not yours: please report it, with the name of the law.`,
    )
  return found as A // it is there, as it may be undefined
}
