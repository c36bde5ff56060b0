import * as tf from '@tensorflow/tfjs-core'
import { owned } from '../tree/owned.js'
import { join, spell } from '../tree/Skeleton.js'
import { isLeaf, type Tree } from '../tree/Tree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { tidied } from '../tensors/tidied.js'

/** What may be measured of updates: tensors and numbers, in records and arrays. */
export type Measured = Tree | number | readonly Measured[] | { readonly [key: string]: Measured }

/** A measurement: its temporary tensors are tidied, and what it returns is its own, never one of the updates. `name` is
 *  what the user calls it. Throws `TypeError` where it returns anything else.
 *
 *  @internal */
export const measured = <V extends Measured>(name: string, measure: (updates: Tree) => V, updates: unknown): V => {
  const made = tidied((): V => {
    const value = measure(updates as Tree)
    checkMeasured(name, value, '')
    return value
  })
  return owned<tf.Tensor>(name, (tensor) => tf.clone(tensor), tensorsOf(updates), made) as V // the same value, copied where borrowed
}

/** Throws `TypeError` for what is no measurement.
 *
 *  @internal */
export const checkMeasured = (name: string, value: unknown, path: string): void => {
  if (value === null || typeof value === 'number' || isLeaf(value)) return
  if (typeof value === 'object' && isPlain(value))
    return Object.entries(value).forEach(([key, child]) => checkMeasured(name, child, join(path, key)))
  throw new TypeError(
    `${name} must return tensors and numbers, alone or in records and arrays, found ${spell(value)}` +
      `${path === '' ? '' : ` at ${path}`}. ` +
      (value instanceof Promise ? 'It cannot be async: return a tensor, and read it later.' : 'Mend the function.'),
  )
}

const isPlain = (value: object): boolean =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
