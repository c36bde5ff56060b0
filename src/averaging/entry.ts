/** @internal */

/** What stands in a record under a name that is made while the program runs, such as `snapshot3`. */
export const entry = <A>(record: Readonly<Record<string, A>>, key: string): A => {
  const found = record[key]
  if (found === undefined) throw new TypeError(`the record of an average has no "${key}": pass its own state`)
  return found
}
