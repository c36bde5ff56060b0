import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { averaged, disposeExcept, minimize, sgd, warmup, withAverage } from 'polyak'

/** Eight labelled points, many without a label. A student alone learns from the eight; one that must also agree with its
 *  teacher, the average of itself, on points that are disturbed where it makes no difference errs less than a third as often on new ones. */
export const meanTeacher = async () => ({ alone: await taught(0), withTeacher: await taught(5) })

const taught = async (consistency: number): Promise<number> => {
  const optimizer = withAverage(warmup({ decay: 0.95 }))(sgd({ learningRate: 0.3, momentum: 0.9 }))
  const params: Params = { w: tf.randomNormal([20, 1], 0, 1, 'float32', 7) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 150; i++) {
    const batch = {
      unlabelled: pointsAt(i + 10, 128),
      disturbance: disturbanceAt(i),
      agreement: tf.scalar(consistency),
    }
    const { value, ...next } = minimize(optimizer, loss)(now, averaged(now.state), batch)
    disposeExcept([value, now, batch], next)
    now = next
  }
  const error = tf.tidy(() => {
    const x = pointsAt(5, 512)
    const right = tf.equal(tf.greater(tf.matMul(x, averaged(now.state).w), 0), tf.cast(labels(x), 'bool'))
    return tf.sub(1, tf.mean(tf.cast(right, 'float32')))
  })
  const [found = Number.NaN] = await error.data()
  disposeExcept([error, now], null)
  return found
}

type Params = { readonly w: tf.Tensor }
type Batch = { readonly unlabelled: tf.Tensor; readonly disturbance: tf.Tensor; readonly agreement: tf.Tensor }

/** Two clouds in 20 dimensions, apart along the first. */
const pointsAt = (seed: number, count: number): tf.Tensor2D =>
  tf.tidy(() => {
    const side = tf.sub(
      tf.mul(2, tf.cast(tf.greater(tf.randomUniform([count, 1], 0, 1, 'float32', seed), 0.5), 'float32')),
      1,
    )
    const apart = tf.concat([tf.mul(2, side), tf.zeros([count, 19])], 1)
    return tf.add(apart, tf.randomNormal([count, 20], 0, 1, 'float32', seed + 1000))
  })

/** What makes no difference to the label: anything but the first coordinate. */
const disturbanceAt = (i: number): tf.Tensor =>
  tf.tidy(() => tf.concat([tf.zeros([128, 1]), tf.randomNormal([128, 19], 0, 2, 'float32', i + 5000)], 1))

const labels = (x: tf.Tensor): tf.Tensor => tf.cast(tf.greater(tf.slice(x, [0, 0], [-1, 1]), 0), 'float32')

/** Cross entropy on eight points, and agreement with the teacher on others, which the student sees disturbed. */
const loss = ({ w }: Params, teacher: Params, { unlabelled, disturbance, agreement }: Batch): tf.Tensor => {
  const x = pointsAt(3, 8)
  const z = tf.matMul(x, w)
  const known = tf.mean(tf.sub(tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z))))), tf.mul(labels(x), z)))
  const mine = tf.sigmoid(tf.matMul(tf.add(unlabelled, disturbance), w))
  const its = tf.sigmoid(tf.matMul(unlabelled, teacher.w))
  return tf.add(known, tf.mul(agreement, tf.mean(tf.square(tf.sub(mine, its)))))
}
