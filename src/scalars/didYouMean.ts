/** @internal */

/** What other libraries call an option. */
const elsewhere: ReadonlyMap<string, readonly string[]> = new Map([
  ['learningRate', ['lr', 'stepsize']],
  ['decay', ['beta', 'rho', 'ema', 'momentum']],
  ['b1', ['beta', 'beta1', 'betas', 'momentum']],
  ['b2', ['beta2']],
  ['eps', ['epsilon']],
  ['maxNorm', ['clipnorm']],
  ['threshold', ['maxnorm']],
  ['weightDecay', ['l2', 'wd']],
  ['floats', ['dtype']],
])

/** The known name a misspelt one most likely meant: another library's word for it, or the nearest by edits.
 *
 *  @example didYouMean('weight_decay', ['learningRate', 'weightDecay'])   // 'weightDecay' */
export const didYouMean = (misspelt: string, known: readonly string[]): string | undefined => {
  const word = bare(misspelt)
  return known
    .map((name) => ({ name, far: elsewhere.get(name)?.includes(word) === true ? 0 : edits(word, bare(name)) }))
    .filter(({ far }) => far <= Math.max(1, word.length / 3))
    .sort((a, b) => a.far - b.far)[0]?.name
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Levenshtein's distance, in which two neighbours that changed places are one edit. */
const edits = (a: string, b: string): number => {
  const far: number[][] = []
  const at = (i: number, j: number): number => far[i]?.[j] ?? Infinity // no word has fewer than no letters
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = []
    far.push(row)
    for (let j = 0; j <= b.length; j++) {
      const turned = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        i + j === 0
          ? 0
          : Math.min(
              at(i - 1, j) + 1,
              at(i, j - 1) + 1,
              at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]),
              at(i - 2, j - 2) + (turned ? 1 : Infinity),
            ),
      )
    }
  }
  return at(a.length, b.length)
}
