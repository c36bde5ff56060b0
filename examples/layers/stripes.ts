import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { function as F } from 'fp-ts'
import { adamw, chain, clipByGlobalNorm, withMovingAverage } from 'polyak'

/** Images are so wide and so high. */
export const side = 8
/** Stripes that lie, stripes that stand, a chessboard. */
const kinds = 3

/** Numbers in (0, 1) that are the same in each run. */
const random = (seed: number): (() => number) => {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}

/** Images of three kinds, at any phase, under noise: what they are, and which. */
export const stripes = (n: number, seed: number): readonly [x: tf.Tensor4D, y: tf.Tensor2D] => {
  const next = random(seed)
  const images = new Float32Array(n * side * side)
  const labels = new Float32Array(n * kinds)
  for (let i = 0; i < n; i++) {
    const kind = Math.floor(next() * kinds)
    const phase = Math.floor(next() * 4)
    labels[i * kinds + kind] = 1
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++) {
        const [down, along] = [(row + phase) & 2, (column + phase) & 2]
        const bright = kind === 0 ? down > 0 : kind === 1 ? along > 0 : down !== along
        images[(i * side + row) * side + column] = (bright ? 0.5 : -0.5) + 1.4 * (next() - 0.5)
      }
  }
  return [tf.tensor4d(images, [n, side, side, 1]), tf.tensor2d(labels, [n, kinds])]
}

/** A small convolutional network. */
export const network = (): tfl.Sequential =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [side, side, 1],
        filters: 8,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }),
      }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      tfl.layers.dense({
        units: kinds,
        activation: 'softmax',
        kernelInitializer: tfl.initializers.glorotUniform({ seed: 2 }),
      }),
    ],
  })

/** What trains it. A saved model finds its chain again by the name. */
export const rule = F.pipe(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.05 })),
  withMovingAverage({ decay: 0.9, debias: true }),
)
export const ruleName = 'stripes'

/** How it is compiled. */
export const compiling = {
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
}
