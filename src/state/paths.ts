/** @internal */
import type { StatePath } from '../equation/Stage.js'

/** What lies at a path of a state. */
export const at = (state: unknown, path: StatePath): unknown => {
  let node = state
  for (const key of path)
    // A path is only ever walked in a state of the shape that it was made for; anything else is `undefined`.
    node =
      typeof node === 'object' && node !== null ? (node as Readonly<Record<string | number, unknown>>)[key] : undefined
  return node
}

/** A state with another value at a path; everything beside the path is the same object. */
export const put = (state: unknown, path: StatePath, value: unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return value
  const child = put(at(state, [key]), rest, value)
  if (Array.isArray(state)) return Object.freeze(state.map((item: unknown, i) => (i === Number(key) ? child : item)))
  return Object.freeze({ ...(state as object), [key]: child }) // a path leads through records and arrays only
}
