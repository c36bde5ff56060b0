/** @internal */

import { listed } from '../scalars/listed.js'
import type { ForeignNames, ForeignOptions } from './ForeignOptions.js'

/** What a pattern finds in a name: what its stars stand for, or null where it does not fit. */
const fits = (pattern: string): ((name: string) => readonly string[] | null) => {
  const text = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&'))
    .join('(.*)')
  const whole = new RegExp(`^${text}$`, 's')
  return (name) => whole.exec(name)?.slice(1) ?? null
}

/** Some names by patterns or a function; `idle` are the patterns that fit none of them. */
export const chosen = (
  names: readonly string[],
  rule: ForeignNames | undefined,
): { readonly names: ReadonlySet<string>; readonly idle: readonly string[] } => {
  if (rule === undefined) return { names: new Set(), idle: [] }
  if (typeof rule === 'function') return { names: new Set(names.filter((name) => rule(name))), idle: [] }
  const rules = rule.map((pattern) => ({ pattern, fit: fits(pattern) }))
  const hits = rules.map(({ pattern, fit }) => ({ pattern, names: names.filter((name) => fit(name) !== null) }))
  return {
    names: new Set(hits.flatMap((hit) => hit.names)),
    idle: hits.filter((hit) => hit.names.length === 0).map(({ pattern }) => pattern),
  }
}

/** Which names are read: those of `only`, where it is given, without those of `ignore`. */
export const wanted = (
  names: readonly string[],
  { only, ignore }: Pick<ForeignOptions, 'only' | 'ignore'>,
): ((name: string) => boolean) => {
  const left = chosen(names, ignore).names
  const taken = only === undefined ? null : chosen(names, only).names
  return (name) => !left.has(name) && taken?.has(name) !== false
}

/** Refuses patterns that fit no name: they are misspelt. */
export const refuseIdle = (
  where: string,
  idle: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
): void => {
  for (const [option, patterns] of Object.entries(idle))
    for (const pattern of patterns)
      throw new TypeError(`${where}: ${option} '${pattern}' fits none of ${listed(names)}. Mend the pattern.`)
}

/** Renames: the first pair whose pattern fits a name; its stars stand for the same on both sides, in order. Names that
 *  none fits stay. */
export const renamer = (
  pairs: readonly (readonly [from: string, to: string])[],
): { readonly rename: (name: string) => string; readonly idle: (names: readonly string[]) => readonly string[] } => {
  const rules = pairs.map(([from, to]) => {
    const [stars, slots] = [from.split('*').length, to.split('*').length]
    if (slots > stars)
      throw new TypeError(
        `rename: "${to}" has more stars than "${from}". Each star of the new name stands for one of the old.`,
      )
    return { from, to, fit: fits(from) }
  })
  return {
    rename: (name) => {
      for (const { to, fit } of rules) {
        const found = fit(name)
        // before the first star there is none
        if (found !== null) return to.split('*').reduce((text, part, i) => `${text}${found[i - 1] ?? ''}${part}`)
      }
      return name
    },
    idle: (names) => rules.filter(({ fit }) => names.every((name) => fit(name) === null)).map(({ from }) => from),
  }
}
