import type { ArrayLeaf } from '../../../src/equation/reference.js'
import { isLeaf, type Leaf } from '../../../src/tree/Tree.js'

/** The leaves of a tree of one kind, in order. */
export const leavesIn = <L extends Leaf>(value: unknown): readonly L[] =>
  isLeaf(value)
    ? [value as L]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap((v) => leavesIn<L>(v))
      : [] // the caller's kind

/** The worst distance of any number from its exact value, as a share of its leaf's largest, or of `least`. NaN is right
 *  for NaN alone. */
export const offBy = (found: readonly ArrayLike<number>[], wanted: readonly ArrayLeaf[], least = 0): number => {
  if (found.length !== wanted.length)
    throw new Error(`${found.length} leaves were found where there are ${wanted.length}`)
  let worst = 0
  wanted.forEach(({ values }, k) => {
    const got = found[k] ?? []
    if (got.length !== values.length) throw new Error(`leaf ${k} has ${got.length} numbers, not ${values.length}`)
    const scale = values.reduce((most, x) => Math.max(most, Math.abs(x)), least)
    values.forEach((x, i) => {
      const y = got[i] ?? Number.NaN
      if (x !== y && !(Number.isNaN(x) && Number.isNaN(y)))
        worst = Math.max(worst, Number.isNaN(x - y) ? Infinity : Math.abs(x - y) / scale)
    })
  })
  return worst
}
