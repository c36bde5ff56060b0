import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'

/** Whether the backend rounds each product and each sum, as written: all do but a real GPU, whose compiler may round the
 *  two once where it has both in one program, and whose quotients and roots are off by two units of the last place. */
export const roundsAsWritten = (): boolean => {
  if (tf.getBackend() !== 'webgl') return true
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu // the backend of that name
  const names = gl.getExtension('WEBGL_debug_renderer_info')
  return /swiftshader/i.test(String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)))
}
