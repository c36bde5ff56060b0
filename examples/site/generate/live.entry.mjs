import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgl'
import '../../../dist/gradients.js'
import * as polyak from '../../../dist/index.js'

export { polyak, tf }
