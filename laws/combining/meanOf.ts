import { isNumbers, type TreeSpec } from '../Numbers.js'
import { columnsOf } from '../zipped.js'

/** The mean of some gradients for the same parameters: a missing one counts as 0, unless all of them are missing. */
export const meanOf = (params: TreeSpec, grads: readonly TreeSpec[]): TreeSpec => {
  if (params === null) return null
  if (isNumbers(params)) {
    const there = grads.filter(isNumbers)
    if (there.length === 0) return null
    const columns = columnsOf(there.map(({ values }) => values))
    return { shape: params.shape, values: columns.map((all) => all.reduce((sum, x) => sum + x, 0) / grads.length) }
  }
  const child = (key: string, of: TreeSpec): TreeSpec =>
    meanOf(
      of,
      grads.map((tree) => childOf(tree, key)),
    )
  return Array.isArray(params)
    ? params.map((of: TreeSpec, i) => child(String(i), of))
    : Object.fromEntries(Object.entries(params).map(([key, of]) => [key, child(key, of)]))
}

const childOf = (spec: TreeSpec, key: string): TreeSpec =>
  // a child of a tree is one
  spec === null ? null : ((Object.getOwnPropertyDescriptor(spec, key)?.value as TreeSpec | undefined) ?? null)
