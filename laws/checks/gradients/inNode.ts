import * as tf from '@tensorflow/tfjs-core'
// Node cannot load tfjs' gradients by their path, as `polyak/gradients` does: layers brings them.
import '@tensorflow/tfjs-layers'
import { addChainedMethods } from '../../../src/gradients/addChainedMethods.js'
import { registerGradientKernels } from '../../../src/gradients/registerGradientKernels.js'

// The rest of `polyak/gradients`.
addChainedMethods(tf.Tensor.prototype)
registerGradientKernels('wasm')
