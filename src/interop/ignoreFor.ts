/** @internal */

/** The `ignore` that would let some tensors pass, as it stands in source: those with one last word by a pattern, where
 *  it fits no tensor that is wanted. */
export const ignoreFor = (surplus: readonly string[], wanted: readonly string[]): string => {
  const groups = grouped(surplus)
  const patterns = [...groups].flatMap(([word, names]) =>
    names.length > 1 && word !== '' && !wanted.some((name) => lastWord(name) === word) ? [`*${word}`] : names,
  )
  const shownFirst = patterns.slice(0, most).map((pattern) => `'${pattern}'`)
  return `ignore: [${[...shownFirst, ...(patterns.length > most ? ['…'] : [])].join(', ')}]`
}

const most = 12

/** The end of a name from its last separator on, such as `.num_batches_tracked`. */
const lastWord = (name: string): string => /[./][^./]*$/.exec(name)?.[0] ?? '' // one word

const grouped = (names: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const group = groups.get(lastWord(name))
    if (group === undefined) groups.set(lastWord(name), [name])
    else group.push(name)
  }
  return groups
}
