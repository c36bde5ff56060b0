// Three steps on each backend of Node, a save and a restore: prints what took them and what came of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import 'polyak/gradients'
import { adamw, averaged, chooseExecutor, restore, save, step, withMovingAverage } from 'polyak'
import { fileStore } from 'polyak/node'

const optimizer = withMovingAverage({ decay: 0.9 })(adamw({ learningRate: 0.1 }))
const folder = mkdtempSync(join(tmpdir(), 'polyak-runtime-'))
const store = fileStore({ folder })
const told = []
for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend)
  await tf.ready()
  const params = { w: tf.tensor1d([1, 2, 3]) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 3; i++) {
    const grads = { w: tf.grad((w) => tf.sum(tf.square(w)))(now.params.w) }
    now = step(optimizer)(grads, now.state, now.params)
  }
  await save({ store, name: backend, optimizer, ...now })
  const back = await restore({ store, name: backend, optimizer, like: now })
  const numbers = [back.params.w, averaged(back.state).w].flatMap((leaf) => [...leaf.dataSync()])
  told.push({ backend: tf.getBackend(), executor: chooseExecutor().name, numbers })
}
rmSync(folder, { recursive: true })
console.log(JSON.stringify(told))
