import type { Tensor } from '@tensorflow/tfjs-core'
import { eachTensor } from './eachTensor.js'

/** Disposes the tensors of one value that are not in another: what an old generation does not share with a new one.
 *
 *  @example const next = step(optimizer)(grads, now.state, now.params); disposeExcept(now, next) */
export const disposeExcept = (old: unknown, kept: unknown): void => {
  const keep = new Set<Tensor>()
  eachTensor(kept, (tensor) => keep.add(tensor))
  // Disposing twice does nothing. The arrays of a reference hold nothing.
  eachTensor(old, (tensor) => {
    if (!keep.has(tensor) && !('values' in tensor)) tensor.dispose()
  })
}
