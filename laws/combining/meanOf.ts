import { isNumbers, type TreeSpec } from '../Numbers.js'

/** The mean of some gradients for the same parameters: a missing one counts as 0, unless all of them are missing. */
export const meanOf = (params: TreeSpec, grads: readonly TreeSpec[]): TreeSpec => {
  if (params === null) return null
  if (isNumbers(params)) {
    const there = grads.filter(isNumbers)
    const sum = (i: number): number => there.reduce((total, { values }) => total + (values[i] ?? 0), 0)
    return there.length === 0
      ? null
      : { shape: params.shape, values: params.values.map((_, i) => sum(i) / grads.length) }
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
