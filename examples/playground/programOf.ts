import type { Settings } from './settings.js'
import { particles, start } from './swarm.js'

/** The program that the page runs, without its pictures. */
export const programOf = ({ learningRate, noise, decay }: Settings): string =>
  `import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import 'polyak/gradients'
import { averaged, disposeExcept, minimize, sgd, withMovingAverage } from 'polyak'

const optimizer = withMovingAverage({ decay: ${decay} })(sgd({ learningRate: ${learningRate} }))
// ½|x|², and a pull that puts noise into its gradient
const bowl = (x: tf.Tensor, pull: tf.Tensor): tf.Tensor =>
  tf.sum(tf.add(tf.mul(0.5, tf.square(x)), tf.mul(pull, x)))
const meanLoss = (x: tf.Tensor) => tf.mean(tf.mul(0.5, tf.sum(tf.square(x), 1)))

const params: tf.Tensor = tf.tile([[${start.join(', ')}]], [${particles}, 1])
let now = { params, state: optimizer.init(params) }
for (let i = 0; i < 300; i++) {
  const pull = tf.randomNormal([${particles}, 2], 0, ${noise})
  const { value, ...next } = minimize(optimizer, bowl)(now, pull)
  disposeExcept([value, pull, now], next)
  now = next
}
meanLoss(now.params).print()
meanLoss(averaged(now.state)).print()
`
