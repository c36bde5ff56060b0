import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import '../../../src/gradients/index.js'
import { chooseExecutor } from '../../../src/engine/chooseExecutor.js'
import { type SoakOptions, soak } from './soak.js'

// Without this tfjs runs small tensors on the CPU.
tf.env().set('WEBGL_CPU_FORWARD', false)
await tf.setBackend('webgl')
await tf.ready()
const { name, why } = chooseExecutor()
if (name !== 'webgl') throw new Error(`soak: expected the executor webgl, found ${name}: ${why}`)

Object.assign(globalThis, {
  polyakSoak: (options: SoakOptions) =>
    soak({
      ...options,
      progress: (line) => {
        // the script that opened the page puts it there
        const { polyakSoakProgress: tell } = globalThis as { readonly polyakSoakProgress?: (line: string) => void }
        tell?.(line)
      },
    }),
})
