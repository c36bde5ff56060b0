/** @internal */

import type { Tensor } from '@tensorflow/tfjs-core'
import { isLeaf } from '../tree/Tree.js'

/** Plain data with every tensor in its records and arrays replaced. Anything else, typed arrays too, is the same
 *  object. */
// the same structure, tensor for tensor
export const mapTensors = <A>(value: A, f: (tensor: Tensor) => Tensor): A => mapped(value, f) as A

const mapped = (value: unknown, f: (tensor: Tensor) => Tensor): unknown => {
  if (isLeaf(value)) return f(value as Tensor) // outside the reference interpreters every leaf is a tensor
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, f))
  return isPlain(value)
    ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapped(child, f)]))
    : value
}

/** The tensors in the records and arrays of plain data, once each. */
export const tensorsIn = (value: unknown): readonly Tensor[] => {
  const found = new Set<Tensor>()
  mapped(value, (tensor) => {
    found.add(tensor)
    return tensor
  })
  return [...found]
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
