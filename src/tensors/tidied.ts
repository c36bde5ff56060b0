/** @internal */

import * as tf from '@tensorflow/tfjs-core'

/** `tf.tidy` for a result that may hold `null` and numbers, which its type does not allow: it keeps the tensors in plain
 *  arrays and records. */
export const tidied = <A>(f: () => A): A => tf.tidy(f as unknown as () => tf.TensorContainer) as A
