/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { chooseExecutor } from '../engine/chooseExecutor.js'
import { handOver } from '../tensors/handOver.js'
import { sharedTensor } from '../tensors/sharedTensor.js'

/** How a step has the memory of a variable, and how the variable has what came of it. */
interface Lending {
  readonly handle: (variable: tf.Variable) => tf.Tensor
  /** The tensor is gone afterwards, whether it is new, the handle itself, or the handle's memory with new numbers. */
  readonly taken: (variable: tf.Variable, tensor: tf.Tensor) => void
}

/** Where steps write in place the variable lends its memory: the handle holds it by the variable's own reference, so it
 *  is written to unless somebody else holds it as well. Elsewhere both hold it, and the variable exchanges its identity. */
export const lending = (): Lending => (inPlace.includes(chooseExecutor().name) ? lent : shared)

/** Executors that have everything as it was when they throw: then the handle is given back. */
const inPlace: readonly string[] = ['wasm', 'cpu']

const lent: Lending = {
  handle: (variable) => tf.engine().makeTensorFromTensorInfo(variable, tf.backend()),
  taken: (variable, tensor) => {
    variable.dataId = tensor.dataId
    handOver(tensor)
  },
}

const shared: Lending = {
  handle: sharedTensor,
  taken: (variable, tensor) => {
    if (tensor.dataId !== variable.dataId) variable.assign(tensor)
    tensor.dispose()
  },
}
