import type { LandscapeName } from './surfaces.js'

/** The loss of each landscape as a program: what stands in `surfaces.ts`, for whoever takes it along. */
export const lossCode: Readonly<Record<LandscapeName, string>> = {
  bowl: `// ½(x² + y²)
const loss = (w: tf.Tensor) => tf.sum(tf.mul(0.5, tf.square(w)))`,
  valley: `// ½(x² + 50 y²)
const loss = (w: tf.Tensor) => tf.sum(tf.mul([0.5, 25], tf.square(w)))`,
  saddle: `// ½x² − ½y² + ¼y⁴
const loss = (w: tf.Tensor) => {
  const [x = w, y = w] = tf.split(w, 2)
  return tf.sum(tf.add(tf.mul(0.5, tf.sub(tf.square(x), tf.square(y))), tf.mul(0.25, tf.pow(y, 4))))
}`,
  rosenbrock: `// (1 − x)² + 100 (y − x²)²
const loss = (w: tf.Tensor) => {
  const [x = w, y = w] = tf.split(w, 2)
  return tf.sum(tf.add(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x))))))
}`,
  logistic: `// 64 examples with two features; eight of them are drawn at each step
const examples = Array.from({ length: 64 }, (_, i) => {
  const [a, b] = [Math.sin(1.7 * i), 0.3 * Math.cos(2.3 * i + 1)]
  return { a, b, label: 1.5 * a - 4 * b + 0.9 * Math.sin(5.1 * i) > 0 ? 1 : 0 }
})
const eight = () => examples.toSorted(() => Math.random() - 0.5).slice(0, 8)
const loss = (w: tf.Tensor, chosen = eight()) => {
  const z = tf.sum(tf.mul(tf.tensor2d(chosen.map(({ a, b }) => [a, b])), w), 1)
  const soft = tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z))))) // softplus without overflow
  return tf.mean(tf.sub(soft, tf.mul(tf.tensor1d(chosen.map(({ label }) => label)), z)))
}`,
  network: `// a network 1 → 8 → 1 that fits a sine; its 24 weights move along two fixed directions
const direction = (d: number) =>
  tf.tensor2d(Array.from({ length: 24 }, (_, i) => Math.sin(12.9 * i + 4.1 * d) * 1.2), [3, 8])
const input = tf.tensor2d(Array.from({ length: 24 }, (_, i) => -3 + i / 4), [24, 1])
const [middle, across, along] = [direction(0), direction(1), direction(2)]
const loss = (w: tf.Tensor) => {
  const [x = w, y = w] = tf.split(w, 2)
  const weights = tf.add(middle, tf.add(tf.mul(x, across), tf.mul(y, along)))
  const [out = weights, into = weights, bias = weights] = tf.split(weights, 3)
  const found = tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(input, into), bias)), out), 1)
  return tf.mean(tf.mul(0.5, tf.square(tf.sub(found, tf.sin(tf.reshape(input, [-1]))))))
}`,
}
