import { pathsOf } from '../../src/tree/pathsOf.js'
import { isNumbers, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'

/** Of two trees like the parameters, whatever their leaves are, those of the first where a path is shown, and of the
 *  second elsewhere; `null` where that has none. */
export const choosing = (params: TreeSpec, shows: (path: string) => boolean): (<A>(first: A, second: A) => A) => {
  const shown = tidily(() => pathsOf(tensorsFrom(params))).map(shows)
  return <A>(first: A, second: A): A => {
    let next = 0
    const chosen = (spec: TreeSpec, a: unknown, b: unknown): unknown => {
      if (spec === null) return null
      if (isNumbers(spec)) return (shown[next++] === true ? a : b) ?? null
      const children = Object.entries(spec).map(([key, child]: [string, TreeSpec]) => [
        key,
        chosen(child, childOf(a, key), childOf(b, key)),
      ])
      return Array.isArray(spec) ? children.map(([, child]) => child) : Object.fromEntries(children)
    }
    return chosen(params, first, second) as A // of the form of the two
  }
}

const childOf = (tree: unknown, key: string): unknown =>
  typeof tree === 'object' && tree !== null ? Object.getOwnPropertyDescriptor(tree, key)?.value : undefined
