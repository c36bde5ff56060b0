/** @internal */
import { isStoreName } from './storeName.js'

/** A stored average among the names of a store. */
export interface ProfileName {
  readonly name: string
  readonly time: number
  readonly gamma: number
}

/** The name of a stored average: its time and its power stand in it, so that a list of names is the index. */
export const profileName = (prefix: string, time: number, gamma: number): string => {
  const name = `${prefix}@${number(time)}@${number(gamma)}`
  if (prefix === '' || prefix.includes('@') || !isStoreName(name))
    throw new RangeError(
      `saveProfiles: prefix must be a name of letters, digits and . _ + = -, found '${prefix}'. Pass e.g. { prefix: 'ema' }.`,
    )
  return name
}

/** The stored averages with a prefix, by time and then by power. */
export const profilesIn = (prefix: string, names: readonly string[]): readonly ProfileName[] =>
  names
    .flatMap((name) => {
      const [own, time, gamma, ...rest] = name.split('@')
      const found = { name, time: Number(time), gamma: Number(gamma) }
      return own === prefix && rest.length === 0 && Number.isFinite(found.time) && Number.isFinite(found.gamma)
        ? [found]
        : []
    })
    .toSorted((a, b) => a.time - b.time || a.gamma - b.gamma)

/** Exact, in the characters of a name. */
const number = (x: number): string => String(x)
