import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import 'polyak/gradients'

await tf.setBackend('cpu')
const loss = (x) => tf.sum(tf.mul(tf.square(x), tf.sigmoid(x)))
const [found] = tf
  .grad(loss)(tf.tensor1d([2]))
  .dataSync()
const sigmoid = 1 / (1 + Math.exp(-2))
const expected = 4 * sigmoid + 4 * sigmoid * (1 - sigmoid)
if (!(Math.abs(found - expected) < 1e-5)) throw new Error(`the gradient is ${found}, not ${expected}`)
console.log('tf.grad works after `import "polyak/gradients"`')
