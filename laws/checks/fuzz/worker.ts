// One of several processes that fuzz: it is told its share, and tells what came of it.
import { once } from 'node:events'
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { fuzzed, type FuzzRequest } from './fuzzed.js'

tf.enableProdMode() // or it advertises
await tf.setBackend('cpu')
const [request] = await once(process, 'message')
// run.mjs sends it
const fuzz = await fuzzed({ ...(request as FuzzRequest), told: (done) => process.send?.({ done }) })
process.send?.({ fuzz })
process.disconnect()
