import * as tf from '@tensorflow/tfjs-core'
import { rendererName } from './rendererName.js'

/** Whether the backend rounds each product and each sum, as written: all do but a real GPU, whose compiler may round the
 *  two once where it has both in one program, and whose quotients and roots are off by two units of the last place. */
export const roundsAsWritten = (): boolean => tf.getBackend() !== 'webgl' || /swiftshader/i.test(rendererName())
