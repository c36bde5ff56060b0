import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'

/** What tfjs' WebGL backend draws with, as the browser names it. */
export const rendererName = (): string => {
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu // the backend of that name
  const names = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER))
}
