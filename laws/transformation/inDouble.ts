import { arrayLeaf, type ArrayLeaf } from '../../src/equation/reference.js'
import { reference } from '../../src/transformation/reference.js'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import type { Training } from '../arbitraries/training.js'
import { extraAt } from '../extraAt.js'
import { isNumbers, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'

/** What a transformation does without a backend, in double: its updates where parameters rest, or the parameters where
 *  they move. */
export const inDouble = (
  tx: AnyTransformation,
  { params, grads }: Training,
  given: unknown,
  moves: boolean,
): readonly TreeSpec[] => {
  const exact = reference(tx, 'float64')
  const start = arraysFrom(params)
  let now: { readonly params: unknown; readonly state: unknown } = { params: start, state: exact.init(start) }
  return grads.map((spec) => {
    // what follows from a step follows from its tensors; most need nothing
    const extra = tidily(() => extraAt(given ?? {})(tensorsFrom(spec), tensorsFrom(params)))
    if (moves) {
      now = exact.step(arraysFrom(spec), now.state, now.params, extra)
      return specFrom(now.params)
    }
    const [updates, state] = exact.update(arraysFrom(spec), now.state, start, extra)
    now = { params: start, state }
    return specFrom(updates)
  })
}

const arraysFrom = (spec: TreeSpec): unknown => {
  if (spec === null) return null
  if (isNumbers(spec)) return arrayLeaf(spec.values, spec.shape)
  if (Array.isArray(spec)) return spec.map(arraysFrom)
  return Object.fromEntries(Object.entries(spec).map(([key, child]: [string, TreeSpec]) => [key, arraysFrom(child)]))
}

const specFrom = (tree: unknown): TreeSpec => {
  if (typeof tree !== 'object' || tree === null) return null
  if (isArray(tree)) return { shape: tree.shape, values: [...tree.values] }
  if (Array.isArray(tree)) return tree.map(specFrom)
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, specFrom(child)]))
}

const isArray = (tree: object): tree is ArrayLeaf => 'values' in tree && tree.values instanceof Float64Array
