import * as tf from '@tensorflow/tfjs-core'
import { owned } from '../tree/owned.js'
import type { Tree } from '../tree/Tree.js'
import { tensorsOf } from '../tree/tensorsOf.js'

/** What may be measured of updates: tensors and numbers, in records and arrays. */
export type Measured = Tree | number | readonly Measured[] | { readonly [key: string]: Measured }

/** A measurement: its temporary tensors are tidied, and what it returns is its own, never one of the updates.
 *
 *  @internal */
export const measured = <V extends Measured>(measure: (updates: Tree) => V, updates: unknown): V => {
  // `tf.tidy` keeps the tensors of records and arrays, whatever else they hold; its type does not say so.
  const made = tf.tidy((() => measure(updates as Tree)) as unknown as () => tf.TensorContainer) as unknown as V
  return owned<tf.Tensor>((tensor) => tf.clone(tensor), tensorsOf(updates), made) as V // the same value, copied where borrowed
}
