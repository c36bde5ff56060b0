// One of several processes that fuzz: it is told its share, and tells what came of it.
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { fuzzed, type FuzzRequest } from './fuzzed.js'

tf.enableProdMode() // or it advertises
await tf.setBackend('cpu')
process.once('message', (request) => {
  // run.mjs sends it
  void fuzzed({ ...(request as FuzzRequest), told: (done) => process.send?.({ done }) }).then((fuzz) => {
    process.send?.({ fuzz })
    process.disconnect()
  })
})
