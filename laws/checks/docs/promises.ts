/** What a program of a README says that it prints: after `// →` at the end of a line. */
export const promisesOf = (code: string): readonly string[] =>
  [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, promise = '']) => promise.trim())

/** The text fence that follows a program at once, which is then what it prints. */
export const shownAfter = (markdown: string, code: string): readonly string[] => {
  const after = markdown.slice(markdown.indexOf(code) + code.length)
  const [, text] = /^```\s*```text\n(.*?)^```/ms.exec(after) ?? []
  return text === undefined || !/^```\s*```text/.test(after) ? [] : text.trimEnd().split('\n')
}

/** Where what was printed is not what was promised, line by line. `2.98…` promises the digits that it shows; more may
 *  follow. */
export const broken = (printed: readonly string[], promised: readonly string[]): readonly string[] =>
  Array.from({ length: Math.max(printed.length, promised.length) }, (_, i) => {
    const [is, said] = [printed[i], promised[i]]
    if (said === undefined) return [`prints "${is ?? ''}", and no comment says so: end the line with // → …`]
    if (is === undefined) return [`does not print "${said}"`]
    return expression(said).test(is) ? [] : [`prints "${is}", and the comment says "${said}"`]
  }).flat()

const expression = (promise: string): RegExp =>
  new RegExp(`^${promise.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&').replaceAll('…', '\\d*')}$`)
