/** @internal */

import * as tf from '@tensorflow/tfjs-core'

/** How a part of a tensor's numbers is read without the rest; null where its backend cannot. What is read is not to be
 *  written to.
 *
 *  (`tf.slice` would copy the whole tensor for each part on wasm.) */
export const readParts = ({
  dataId,
}: tf.Tensor): ((begin: number, end: number) => Float32Array | Int32Array) | null => {
  const { backend } = tf.engine()
  // tfjs' wasm backend, recognised by what it is made of
  if (!('wasm' in backend && 'dataIdMap' in backend)) return null
  const reader = backend as unknown as PartReader
  return (begin, end) => reader.readSync(dataId, begin, end)
}

interface PartReader {
  readonly readSync: (dataId: object, begin: number, end: number) => Float32Array | Int32Array
}
