import * as tf from '@tensorflow/tfjs-core'
import { windows } from './batches.js'
import { contextLength, loss, type Parameters } from './model.js'

/** The mean loss over a text that was not trained on (at most its first few thousand characters), in nats per
 *  character. */
export const heldOutLoss = async (params: Parameters, codes: Uint8Array): Promise<number> => {
  const total = Math.min(codes.length - contextLength, most)
  let sum = 0
  for (let start = 0; start < total; start += chunk) {
    const rows = Math.min(chunk, total - start)
    const mean = tf.tidy(() =>
      loss(
        params,
        windows(
          codes,
          Array.from({ length: rows }, (_, row) => start + row),
        ),
      ),
    )
    sum += rows * ((await mean.data())[0] ?? Number.NaN)
    mean.dispose()
  }
  return sum / total
}

const most = 2048
const chunk = 512
