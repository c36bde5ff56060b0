/** @internal */
import type { Frame } from './Frame.js'
import { separator } from './separator.js'
import { isLeaf } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

type Entries<T> = readonly (readonly [key: string, child: T])[]

/** One sort of records: what lies in one, null where something is none, and one of what shall lie in it. */
interface Records<T> {
  readonly entriesOf: (node: T) => Entries<T> | null
  readonly recordOf: (entries: Entries<T>) => T
}

/** Which record is cut, for errors. */
export interface Place {
  readonly where: string
  readonly path: string
}

/** Whether a key is more than one key of a path. */
export const hasPaths = (keys: readonly string[]): boolean => keys.some((key) => key.includes(separator))

/** A record with its keys cut at their first separator: `{ 'a/b': x, a: { c } }` is `{ a: { b: x, c } }`. What lies
 *  deeper is cut when somebody gets there, so that nobody walks further than the two trees that are joined are alike. */
const cutKeys = <T>({ entriesOf, recordOf }: Records<T>, node: T, place: Place): T => {
  const own = new Map<string, T>()
  const below = new Map<string, (readonly [string, T])[]>()
  // a leaf has no entries
  for (const [key, child] of entriesOf(node) ?? []) {
    const cut = key.indexOf(separator)
    const head = cut < 0 ? key : key.slice(0, cut)
    const rest = below.get(head) ?? [] // the first below that key
    below.set(head, rest)
    if (cut < 0) own.set(key, child)
    else rest.push([key.slice(cut + 1), child])
  }
  return recordOf(
    [...below].map(([head, rest]) => {
      const child = own.get(head)
      const [first] = rest
      if (child === undefined || first === undefined) return [head, child ?? recordOf(rest)]
      const there = entriesOf(child)
      if (there === null) throw clash(place, `${quoted(head)} and ${quoted(head, first[0])}`)
      const twice = rest.find(([key]) => there.some(([other]) => other === key))
      if (twice !== undefined)
        throw clash(place, `${quoted(head, twice[0])} and ${quoted(twice[0])} in ${quoted(head)}`)
      return [head, recordOf([...there, ...rest])]
    }),
  )
}

const quoted = (...keys: readonly string[]): string => JSON.stringify(keys.join(separator))

const clash = ({ where, path }: Place, found: string): TreeMismatch =>
  new TreeMismatch({
    where,
    path,
    expected: 'one thing at each path',
    found: `both ${found}`,
    hint: `A key with "${separator}" is a path: { "a/b": x } is { a: { b: x } }. Rename one of the two.`,
  })

/** The frame of a record, its keys cut. */
export const cutFrame = (frame: Frame, place: Place): Frame =>
  cutKeys<Frame>(
    {
      entriesOf: (node) => {
        if (node.kind !== 'record') return null
        const { items } = node
        return node.keys.flatMap((key, i) => (items[i] === undefined ? [] : [[key, items[i]] as const]))
      },
      recordOf: (entries) => ({
        kind: 'record',
        keys: entries.map(([key]) => key),
        items: entries.map(([, item]) => item),
      }),
    },
    frame,
    place,
  )

/** A record of a tree, or of choices, its keys cut. */
export const cutRecord = (record: unknown, place: Place): unknown =>
  cutKeys<unknown>(
    {
      entriesOf: (node) =>
        typeof node === 'object' && node !== null && !Array.isArray(node) && !isLeaf(node)
          ? Object.entries(node)
          : null,
      recordOf: Object.fromEntries,
    },
    record,
    place,
  )
