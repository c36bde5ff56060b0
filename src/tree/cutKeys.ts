/** @internal */
import { separator } from './separator.js'
import { isRecord } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

/** Which record is cut, for errors. */
export interface Place {
  readonly where: string
  readonly path: string
}

/** Whether a key is more than one key of a path. */
export const hasPaths = (keys: readonly string[]): boolean => keys.some((key) => key.includes(separator))

/** A record of a tree, of a frame or of choices with its keys cut at their first separator: `{ 'a/b': x, a: { c } }` is
 *  `{ a: { b: x, c } }`. What lies deeper is cut when somebody gets there, so that nobody walks further than the two
 *  trees that are joined are alike. */
export const cutKeys = <R extends Readonly<Record<string, unknown>>>(record: R, place: Place): R => {
  const made = bare<unknown>()
  const below = bare<Record<string, unknown>>()
  for (const key of Object.keys(record)) {
    const cut = key.indexOf(separator)
    if (cut < 0) made[key] = record[key]
    else (below[key.slice(0, cut)] ??= bare())[key.slice(cut + 1)] = record[key]
  }
  for (const [head, rest] of Object.entries(below)) {
    const there = made[head]
    const keys = Object.keys(rest)
    if (there !== undefined && !isRecord(there)) throw clash(place, quoted(head), quoted(head, ...keys.slice(0, 1)))
    const twice = keys.find((key) => there !== undefined && Object.hasOwn(there, key))
    if (twice !== undefined) throw clash(place, quoted(head, twice), `${quoted(twice)} in ${quoted(head)}`)
    made[head] = { ...there, ...rest }
  }
  return made as R // what lies in it is of the same kind, by the same paths
}

/** A record in which every key is one, whatever a tree brings. */
const bare = <T>(): Record<string, T> => Object.create(null)

const quoted = (...keys: readonly string[]): string => JSON.stringify(keys.join(separator))

const clash = ({ where, path }: Place, one: string, other: string): TreeMismatch =>
  new TreeMismatch({
    where,
    path,
    expected: 'one thing at each path',
    found: `both ${one} and ${other}`,
    hint: `A key with "${separator}" is a path: { "a/b": x } is { a: { b: x } }. Rename one of the two.`,
  })
