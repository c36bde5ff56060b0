/** What the error of a call says, the name of its class first; nothing where it throws none. */
export const heard = (attempt: () => unknown): string | undefined => {
  try {
    attempt()
    return undefined
  } catch (cause) {
    return cause instanceof Error ? String(cause) : 'what was thrown is no error'
  }
}

/** Those of some words that the error of a call does not say, and what it says in their place: nothing where it says them
 *  all. */
export const unsaid = (attempt: () => unknown, words: readonly string[]): readonly string[] => {
  const text = heard(attempt)
  if (text === undefined) return ['no error']
  const missed = words.filter((word) => !text.includes(word))
  return missed.length === 0 ? [] : [...missed, text]
}
