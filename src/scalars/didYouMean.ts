/** @internal */
import { nth } from './nth.js'

/** What other libraries call the same option. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  lr: ['learningRate'],
  stepsize: ['learningRate'],
  beta: ['decay', 'b1'],
  beta1: ['b1'],
  beta2: ['b2'],
  betas: ['b1'],
  epsilon: ['eps'],
  rho: ['decay'],
  ema: ['decay'],
  momentum: ['decay', 'b1'],
  maxnorm: ['maxNorm', 'threshold'],
  clipnorm: ['maxNorm'],
  l2: ['weightDecay'],
  wd: ['weightDecay'],
  dtype: ['floats'],
}

/** The known name a misspelt one most likely meant: another library's word for it, or the nearest by edits.
 *
 *  @example didYouMean('weight_decay', ['learningRate', 'weightDecay'])   // 'weightDecay' */
export const didYouMean = (misspelt: string, known: readonly string[]): string | undefined => {
  const word = bare(misspelt)
  const translations = Object.hasOwn(elsewhere, word) ? elsewhere[word] : undefined
  const translated = translations?.find((name) => known.includes(name))
  if (translated !== undefined) return translated
  const nearest = known
    .map((name) => ({ name, far: edits(word, bare(name)) }))
    .reduce<{ readonly name: string; readonly far: number } | undefined>(
      (best, next) => (best === undefined || next.far < best.far ? next : best),
      undefined,
    )
  return nearest !== undefined && nearest.far <= Math.max(1, Math.floor(word.length / 3)) ? nearest.name : undefined
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Levenshtein's distance, one row at a time, in which two neighbours that changed places are one edit. */
const edits = (a: string, b: string): number => {
  let above: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = nth(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const turn = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (above[j - 2] ?? Infinity) + 1 : Infinity
      next.push(Math.min(swap, turn, nth(row, j) + 1, nth(next, j - 1) + 1))
    }
    above = row
    row = next
  }
  return nth(row, b.length)
}
