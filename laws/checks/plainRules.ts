import type { Numbers } from '../Numbers.js'
import type { WholeRule } from '../transformation/followsWholeRule.js'

// What rules in plain numbers are written with: the arithmetic of leaves, a second time and without a library.

/** A rule of each leaf by itself. */
export const eachLeaf = <S>(
  init: (param: Numbers, leaf: number) => S,
  next: (
    g: Numbers,
    kept: S,
    at: { readonly param: Numbers; readonly leaf: number; readonly count: number; readonly extra: unknown },
  ) => readonly [readonly number[], S],
  state?: (kept: S) => Readonly<Record<string, readonly number[] | undefined>>,
): WholeRule<readonly S[]> => ({
  init: (params) => params.map(init),
  next: (updates, kept, { params, ...at }) => {
    const rows = params.map((param, i) => {
      const [g, old] = [updates[i], kept[i] as S] // as many are kept as there are leaves
      const [update, later] = g === undefined ? [undefined, old] : next(g, old, { param, leaf: i, ...at })
      return { update, kept: later }
    })
    return [rows.map(({ update }) => update), rows.map((row) => row.kept)]
  },
  ...(state === undefined
    ? {}
    : {
        state: (kept) => {
          const rows = kept.map(state)
          return Object.fromEntries(Object.keys(rows[0] ?? {}).map((place) => [place, rows.map((row) => row[place])]))
        },
      }),
})

export const norm = (values: readonly number[]): number => Math.hypot(...values)
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
export const allOf = (updates: readonly (Numbers | undefined)[]): readonly number[] =>
  updates.flatMap((one) => one?.values ?? [])
export const scaled = (updates: readonly (Numbers | undefined)[], by: number) =>
  updates.map((one) => one?.values.map((x) => by * x))
export const rms = ({ values }: Numbers): number => (values.length === 0 ? 0 : norm(values) / Math.sqrt(values.length))

/** Where each element of a shape lies along the axes that are kept: one number for each of them. */
export const groups = (shape: readonly number[], axes: readonly number[]): readonly string[] => {
  const size = shape.reduce((n, d) => n * d, 1)
  return Array.from({ length: size }, (_, flat) => {
    let rest = flat
    const place = shape.map((_d, i) => {
      const below = shape.slice(i + 1).reduce((n, d) => n * d, 1)
      const at = Math.floor(rest / below)
      rest -= at * below
      return at
    })
    return place.filter((_p, i) => !axes.includes(i)).join(',')
  })
}
/** For each element, what is made of all elements of its group. */
export const over = (
  { shape, values }: Numbers,
  axes: readonly number[],
  of: (some: readonly number[]) => number,
): readonly number[] => {
  const keys = groups(shape, axes)
  const found = new Map([...new Set(keys)].map((key) => [key, of(values.filter((_, i) => keys[i] === key))]))
  return keys.map((key) => found.get(key) ?? Number.NaN)
}
export const axesBut = (shape: readonly number[], kept: number): readonly number[] =>
  shape.map((_, i) => i).filter((i) => i !== kept)

export const mix = (b: number, old: number, x: number): number => b * old + (1 - b) * x
