// A step on WebGL, printing what took it and what came of it.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import { adamw, chooseExecutor, step } from 'polyak'

await tf.setBackend('webgl')
const optimizer = adamw({ learningRate: 0.5 })
const params = { w: tf.ones([3]) }
const now = step(optimizer)({ w: tf.ones([3]) }, optimizer.init(params), params)
const w = [...(await now.params.w.data())]
if (chooseExecutor().name !== 'webgl' || w.some((x) => Math.abs(x - 0.49995) > 1e-6))
  throw new Error(`${chooseExecutor().name}: ${w.join()}`)
console.log(`a step on ${tf.getBackend()}, by the executor ${chooseExecutor().name}`)
