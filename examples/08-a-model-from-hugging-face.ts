import * as tf from '@tensorflow/tfjs-core'
import { disposeExcept } from 'polyak'
import { exportParams, importParams } from 'polyak/interop'

/** A model as it lies on a hub: two shards and their index, half precision, weights `[out, in]`, a counter in int64. In
 *  Node `safetensorsFolder({ folder })` of `polyak/node` gives the three; here they are made on the spot. */
const downloaded = async () => {
  const [encoder, head] = [
    { norm: { scale: tf.tensor1d([1, 2]), tracked: tf.scalar(7, 'int32') } },
    {
      dense: {
        kernel: tf.tensor2d([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      },
    },
  ]
  const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
  const files = [
    await exportParams({ params: encoder, floats: 'BF16', integers: 'I64', rename: [['*.scale', '*.weight']] }),
    await exportParams({ params: head, transpose: ['*.kernel'], rename: [['*.kernel', '*.weight']] }),
  ]
  const map = { 'norm.weight': names[0], 'norm.tracked': names[0], 'dense.weight': names[1] }
  disposeExcept([encoder, head], null)
  return { files, names, index: new TextEncoder().encode(JSON.stringify({ weight_map: map })) }
}

/** What a file holds beside the model is refused by name, with what lets it pass; then names and layouts become ours. */
export const aModelFromHuggingFace = async () => {
  const model = await downloaded()
  const like = { norm: { scale: tf.zeros([2]) }, dense: { kernel: tf.zeros([2, 3]) } }
  const names = [
    ['dense.weight', 'dense.kernel'],
    ['norm.weight', 'norm.scale'],
  ] as const
  const options = { ...model, like, rename: names, transpose: ['dense.weight'] }

  const refusal = await importParams(options).then(() => 'none', String)
  const { params, ignored } = await importParams({ ...options, ignore: ['*.tracked'] })

  const found = {
    refusal,
    ignored,
    scale: [...params.norm.scale.dataSync()],
    kernel: [...params.dense.kernel.dataSync()],
  }
  disposeExcept([params, like], null)
  return found
}
