import * as tf from '@tensorflow/tfjs-core'
import 'polyak/gradients'
import { chain, disposeExcept, hide, minimize, normalize, type Opaque, sam, sgd, type Transformation } from 'polyak'

/** A valley whose floor is level and widens along the way: every place on the floor is a minimum. Descent stops where it
 *  arrives; sharpness-aware minimization goes on to where the valley is less than half as steep. */
export const flatMinima = async () => {
  const plain = hide(sgd({ learningRate: 0.1 }))
  const aware = hide(sam({ syncPeriod: 2 })(sgd({ learningRate: 0.1 }), chain(normalize(), sgd({ learningRate: 0.4 }))))
  return { plain: await steepness(plain, 300), aware: await steepness(aware, 600) }
}

interface Place {
  readonly along: tf.Tensor
  readonly across: tf.Tensor
}

/** ½·across²/eᵃˡᵒⁿᵍ */
const loss = ({ along, across }: Place): tf.Tensor => tf.mul(0.5, tf.mul(tf.exp(tf.neg(along)), tf.square(across)))

/** How steep the valley is where an optimizer is after some steps: the curvature across it. */
const steepness = async (optimizer: Transformation<Opaque>, steps: number): Promise<number> => {
  const params: Place = { along: tf.scalar(0), across: tf.scalar(1) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < steps; i++) {
    const { value, ...next } = minimize(optimizer, loss)(now)
    disposeExcept([value, now], next)
    now = { ...now, ...next }
  }
  const [along = Number.NaN] = await now.params.along.data()
  disposeExcept(now, null)
  return Math.exp(-along)
}
