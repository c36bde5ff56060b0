/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** What a backend's executor keeps of tensors that are about to be disposed, for later steps. */
export const takesBack = new WeakMap<object, (tensors: readonly tf.Tensor[]) => void>()

/** Disposes tensors that this library holds and nobody was handed; a step that wants such memory may have it again. */
export const giveBack = (tensors: readonly tf.Tensor[]): void => {
  takesBack.get(tf.engine().backend)?.(tensors)
  for (const tensor of tensors) tensor.dispose()
}
