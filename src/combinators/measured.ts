import * as tf from '@tensorflow/tfjs-core'
import { isLeaf, type Tree } from '../tree/Tree.js'
import { tensorsOf } from '../tree/tensorsOf.js'

/** What may be measured of updates: tensors and numbers, in records and arrays. */
export type Measured = Tree | number | readonly Measured[] | { readonly [key: string]: Measured }

/** A measurement: its temporary tensors are tidied, and what it returns is its own, never one of the updates.
 *
 *  @internal */
export const measured = <V extends Measured>(measure: (updates: Tree) => V, updates: unknown): V => {
  // `tf.tidy` keeps the tensors of records and arrays, whatever else they hold; its type does not say so.
  const made = tf.tidy((() => measure(updates as Tree)) as unknown as () => tf.TensorContainer) as unknown as V
  return owned(made, new Set(tensorsOf(updates))) as V // the same value with copies of borrowed tensors
}

const owned = (value: unknown, borrowed: ReadonlySet<unknown>): unknown => {
  // what a measure returns is made of tensors
  if (isLeaf(value)) return borrowed.has(value) ? tf.clone(value as tf.Tensor) : value
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, owned(child, borrowed)] as const)
  return Object.freeze(Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries))
}
