/** @internal */

/** What is there more than once in some lists; `undefined` if nothing is, as mostly. */
export const repeated = <A>(lists: readonly (readonly A[])[]): ReadonlySet<A> | undefined => {
  const once = new Set<A>()
  let count = 0
  for (const list of lists) {
    count += list.length
    for (const one of list) once.add(one)
  }
  return once.size === count ? undefined : new Set(lists.flatMap((list) => list.filter((one) => !once.delete(one))))
}
