import type { Settings } from './settings.js'
import { particles, start } from './swarm.js'

/** The program that the page runs, without its pictures. */
export const programOf = ({ learningRate, noise, decay }: Settings): string =>
  `import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import { averaged, disposeExcept, sgd, step, withMovingAverage } from 'polyak'

const optimizer = withMovingAverage({ decay: ${decay} })(sgd({ learningRate: ${learningRate} }))
const meanLoss = (x: tf.Tensor) => tf.mean(tf.mul(0.5, tf.sum(tf.square(x), 1)))

const params: tf.Tensor = tf.tile([[${start.join(', ')}]], [${particles}, 1])
let now = { params, state: optimizer.init(params) }
for (let i = 0; i < 300; i++) {
  const noise = tf.randomNormal([${particles}, 2], 0, ${noise})
  const grads = tf.add(now.params, noise) // the gradient of ½|x|² is x
  const next = step(optimizer)(grads, now.state, now.params)
  disposeExcept([noise, grads, now], next)
  now = next
}
meanLoss(now.params).print()
meanLoss(averaged(now.state)).print()
`
