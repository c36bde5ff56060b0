/**
 * Registers tfjs' gradients, so that `tf.grad` and its kin work: `import 'polyak/gradients'`, once.
 *
 * tfjs-core registers none by itself ("gradient function not found for Sum"), and the file that does cannot be loaded
 * by Node. Bundlers get this module; Node gets the same code bundled into one file at build time.
 */
import '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
