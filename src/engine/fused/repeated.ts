/** @internal */

/** What is there more than once in some lists, `null` aside; `undefined` if nothing is, as mostly. */
export const repeated = <A>(lists: readonly (readonly (A | null)[])[]): ReadonlySet<A> | undefined => {
  const once = new Set<A>()
  let count = 0
  for (const list of lists)
    for (const one of list)
      if (one !== null) {
        once.add(one)
        count++
      }
  if (once.size === count) return undefined
  const again = new Set<A>()
  for (const list of lists) for (const one of list) if (one !== null && !once.delete(one)) again.add(one)
  return again
}
