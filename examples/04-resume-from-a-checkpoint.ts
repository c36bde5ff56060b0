import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import 'polyak/gradients'
import {
  adam,
  disposeExcept,
  fitted,
  memoryStore,
  restoreSwapped,
  saveSwapped,
  tensorsOf,
  withMovingAverage,
} from 'polyak'

/** Twenty steps are ten steps, a file and ten more: parameters, moments and averages, bit for bit. In the file the
 *  averages stand under the parameters' own names. */
export const resumeFromACheckpoint = async () => {
  const optimizer = F.pipe(adam({ learningRate: 0.1 }), withMovingAverage({ decay: 0.9 }))
  const params = { w: tf.tensor1d([1, -2, 3]) as tf.Tensor }
  const start = { params, state: optimizer.init(params) }
  const loss = ({ w }: typeof params, sample: number) => tf.sum(tf.square(tf.sub(w, sample)))
  const samples = Array.from({ length: 20 }, (_, i) => Math.sin(i))
  const store = memoryStore() // or fileStore({ folder }) from 'polyak/node', or browserStore()

  const unbroken = await fitted(optimizer, loss)(start, samples)
  const half = await fitted(optimizer, loss)(start, samples.slice(0, 10))
  await saveSwapped({ store, name: 'half', optimizer, ...half, record: { position: 10 } })
  const { record, ...now } = await restoreSwapped({ store, name: 'half', optimizer, like: start })
  const resumed = await fitted(optimizer, loss)(now, samples.slice(Number(record['position'])))
  disposeExcept(now, resumed)

  const numbers = { unbroken: numbersOf(unbroken), resumed: numbersOf(resumed) }
  disposeExcept([start, half, unbroken, resumed], null)
  return numbers
}

const numbersOf = (now: unknown): readonly (readonly number[])[] =>
  tensorsOf(now).map((tensor) => Array.from(tensor.dataSync()))
