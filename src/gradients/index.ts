/**
 * Registers tfjs' gradients, so that `tf.grad` and its kin work, and has them right and fast on tfjs' wasm backend:
 * `import 'polyak/gradients'`, once, before or after the backend's own package.
 *
 * tfjs-core registers no gradients by itself ("gradient function not found for Sum"), and the file that does cannot be
 * loaded by Node. Bundlers get this module; Node gets the same code bundled into one file at build time.
 *
 * On the wasm backend it adds the kernels that are absent there, without which convolutions and embeddings cannot be
 * trained; has products of matrices transpose first, which makes their gradients several times faster; and replaces a
 * kernel where a probe of known answer shows it wrong, as `MaxPool3D` and `MaxPoolGrad` are for negative numbers. What
 * is right is left alone, whoever registered it. Tensors get the few chained methods that tfjs' own layers and gradients
 * call in Node (`flatten`, `reshape` and some more), where they are absent.
 *
 * Two of tfjs' own gradients are wrong in silence on every backend, and are left as they are: of `avgPool` and `avgPool3d`
 * with `'same'`, which divide by the whole window at a border where the forward pass divides by what is inside, and of
 * `mirrorPad`, which forgets what was mirrored.
 *
 * [LAYERS.md](LAYERS.md) has, for each layer of tfjs-layers, whether it is trained on wasm, and what tfjs alone does.
 *
 * To do without the kernels and methods, import `@tensorflow/tfjs` or `@tensorflow/tfjs-layers` instead, which bring
 * tfjs' gradients alone.
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { addChainedMethods } from './addChainedMethods.js'
import { registerGradientKernels } from './registerGradientKernels.js'

addChainedMethods(tf.Tensor.prototype)
registerGradientKernels('wasm')
