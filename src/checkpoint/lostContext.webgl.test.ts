import { GPGPUContext, MathBackendWebGL, setWebGLContext } from '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { memoryStore } from './memoryStore.js'
import { save } from './save.js'

test('a save of what was on a lost WebGL context fails at once', async () => {
  const own = tf.backend() as MathBackendWebGL // the webgl project guarantees the class
  const name = 'lost while saving'
  tf.copyRegisteredKernels('webgl', name)
  try {
    const gl = document.createElement('canvas').getContext('webgl2') as WebGL2RenderingContext
    const backend = new MathBackendWebGL(new GPGPUContext(gl))
    tf.registerBackend(name, () => backend)
    await tf.setBackend(name)
    const optimizer = adam({ learningRate: 0.1 })
    const params = { w: tf.square(tf.fill([300], 2)) }
    const given = { store: memoryStore(), name: 'a', optimizer, params, state: optimizer.init(params) }
    await save(given)
    const moved = { w: tf.square(params.w) }
    gl.getExtension('WEBGL_lose_context')?.loseContext()
    await expect(save({ ...given, params: moved })).rejects.toThrow(/device: .*the WebGL context is lost/)
  } finally {
    await tf.setBackend('webgl')
    tf.removeBackend(name)
    setWebGLContext(2, own.gpgpu.gl)
  }
})
