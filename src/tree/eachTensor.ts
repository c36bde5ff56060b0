/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { builtTrees } from './builtTrees.js'
import { isLeaf } from './Tree.js'

/** Visits every tensor in a value made of records, arrays, numbers and `null`; one that is there twice, twice. */
export const eachTensor = (value: unknown, visit: (tensor: Tensor) => void): void => {
  if (typeof value !== 'object' || value === null) return
  const known = builtTrees.of(value)
  // Outside the reference interpreters every leaf is a tensor.
  if (known !== undefined) {
    for (const leaf of known.leaves) if (leaf !== null) visit(leaf as Tensor)
  } else if (isLeaf(value)) visit(value as Tensor)
  else if (ArrayBuffer.isView(value)) return
  else if (Array.isArray(value)) for (const child of value) eachTensor(child, visit)
  else for (const key of Object.keys(value)) eachTensor((value as Readonly<Record<string, unknown>>)[key], visit)
}
