import { wrongArgument } from '../scalars/wrongArgument.js'
import { listed } from '../scalars/listed.js'

/** A path into records and arrays: `[1, 'mu', 'dense']`. */
export type Path = readonly (string | number)[]

/** What lies at a path of a value of type `T`; `never` where there is nothing, `unknown` below what is unknown. */
export type At<T, K extends Path> = K extends readonly [infer Head, ...infer Rest extends Path]
  ? unknown extends T
    ? unknown
    : Head extends keyof T
      ? At<T[Head], Rest>
      : never
  : T

/** Nothing where the path `K` leads to a place of `T`; else what a compile error shows. */
export type Found<T, K extends Path, Seen extends Path = []> = K extends readonly [
  infer Head extends string | number,
  ...infer Rest extends Path,
]
  ? unknown extends T
    ? unknown // nothing is known of what lies there
    : Head extends keyof T
      ? Found<T[Head], Rest, [...Seen, Head]>
      : NoPath<[...Seen, Head], Keys<T>>
  : unknown

/** What a compile error shows for a path that leads nowhere: how far it was read, and the keys that are there. */
export interface NoPath<Seen extends Path, There> {
  readonly 'there is nothing at': Seen
  readonly 'the keys there': There
}

type Keys<T> = T extends readonly unknown[] ? Exclude<keyof T, keyof (readonly unknown[])> : keyof T

/** What lies at a path of a tree or a state, with its type.
 *
 *  @throws `RangeError` naming the path that is not there.
 *  @laws get after set is what was set; `treeGet(x, [])` is x.
 *  @departs by path, not by name: two counters are two paths. `treeGetAllWithPath` searches by name.
 *  @reference optax.tree.get
 *  @example treeGet(params, ['dense', 'bias']) */
export const treeGet = <const K extends Path, T>(tree: T, path: K & Found<T, K>): At<T, K> =>
  pathGiven('treeGet', path).reduce<unknown>((node, key, i) => {
    if (typeof node !== 'object' || node === null || !holds(node, key)) throw missing('treeGet', node, path, i)
    return (node as Readonly<Record<string | number, unknown>>)[key] // an object that has the key
  }, tree) as At<T, K> // what the path leads to in the value leads to the same in its type

/** Whether something lies under a key; the length of a list is none.
 *
 *  @internal */
export const holds = (node: object, key: string | number): boolean =>
  Object.hasOwn(node, key) && !(Array.isArray(node) && key === 'length')

/** The path that was passed, if it is one.
 *
 *  @internal */
export const pathGiven = (where: string, path: Path): Path => {
  if (Array.isArray(path)) return path
  throw wrongArgument(`${where}: path`, 'an array of keys', path, "Pass e.g. ['dense', 0].")
}

/** An error for a path that is not there.
 *
 *  @internal */
export const missing = (where: string, node: unknown, path: Path, i: number): RangeError => {
  const keys = typeof node === 'object' && node !== null ? Object.keys(node) : []
  return new RangeError(
    `${where}: there is nothing at ${path.slice(0, i + 1).join('/')}. ` +
      `At ${path.slice(0, i).join('/') || 'the root'} there ${keys.length === 0 ? 'are no keys' : `is ${listed(keys)}`}.`,
  )
}
