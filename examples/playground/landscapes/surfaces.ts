import * as tf from '@tensorflow/tfjs-core'

/** A loss over two numbers, and from where it is looked at. */
export interface Landscape {
  readonly title: string
  readonly note: string
  readonly start: readonly [x: number, y: number]
  /** What is drawn: the middle, and half of the width and height. */
  readonly view: readonly [x: number, y: number, half: number]
  /** The loss of `w`, two numbers; a batch is a random number in [0, 1), for losses that draw examples. */
  readonly loss: (w: tf.Tensor, batch: number) => tf.Tensor
  /** The loss over all examples, on the host. */
  readonly value: (x: number, y: number) => number
}

const x = (w: tf.Tensor): tf.Tensor => tf.slice(w, [0], [1])
const y = (w: tf.Tensor): tf.Tensor => tf.slice(w, [1], [1])
const half = (t: tf.Tensor): tf.Tensor => tf.sum(tf.mul(0.5, t))

/** Sixty-four examples with two features, the second ten times as small, and labels that are not quite separable. */
const examples = Array.from({ length: 64 }, (_, i) => {
  const [a, b] = [Math.sin(1.7 * i), 0.3 * Math.cos(2.3 * i + 1)]
  return { a, b, label: 1.5 * a - 4 * b + 0.9 * Math.sin(5.1 * i) > 0 ? 1 : 0 }
})
const features = examples.flatMap(({ a, b }) => [a, b])
const labels = examples.map(({ label }) => label)

const batchOf = (batch: number): readonly number[] =>
  Array.from({ length: 8 }, (_, i) => Math.floor(64 * ((batch * 977 * (i + 1) + i / 8) % 1)))

/** softplus(z) − label·z without overflow. */
const logistic = (z: number, label: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - label * z

/** A network 1 → 8 → 1 that fits a sine; its weights move along two fixed directions from where they were trained. */
const hidden = 8
const net = {
  at: (direction: number, i: number): number => Math.sin(12.9 * i + 4.1 * direction) * 1.2,
  inputs: Array.from({ length: 24 }, (_, i) => -3 + i / 4),
}
const networkValue = (a: number, b: number): number => {
  const weight = (i: number): number => net.at(0, i) + a * net.at(1, i) + b * net.at(2, i)
  const losses = net.inputs.map((input) => {
    let out = 0
    for (let j = 0; j < hidden; j++) out += weight(j) * Math.tanh(weight(hidden + j) * input + weight(2 * hidden + j))
    return 0.5 * (out - Math.sin(input)) ** 2
  })
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}
const networkLoss = (w: tf.Tensor): tf.Tensor => {
  const direction = (d: number): tf.Tensor =>
    tf.tensor(
      Array.from({ length: 3 * hidden }, (_, i) => net.at(d, i)),
      [3, hidden],
    )
  const weights = tf.add(direction(0), tf.add(tf.mul(x(w), direction(1)), tf.mul(y(w), direction(2))))
  const [out, into, bias] = [0, 1, 2].map((row) => tf.slice(weights, [row, 0], [1, hidden]))
  if (out === undefined || into === undefined || bias === undefined) throw new Error('three rows of weights')
  const input = tf.tensor(net.inputs, [net.inputs.length, 1])
  const found = tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(input, into), bias)), out), 1)
  return tf.mean(tf.mul(0.5, tf.square(tf.sub(found, tf.sin(tf.reshape(input, [-1]))))))
}

/** The landscapes by name. */
export const landscapes = {
  bowl: {
    title: 'A bowl',
    note: '½(x² + y²): every rate below 2 converges.',
    start: [2.3, 1.5],
    view: [0, 0, 3],
    loss: (w) => half(tf.square(w)),
    value: (a, b) => (a * a + b * b) / 2,
  },
  valley: {
    title: 'A valley',
    note: '½(x² + 50 y²): what is safe across is slow along.',
    start: [-2.6, 1],
    view: [0, 0, 3],
    loss: (w) => half(tf.mul(tf.square(w), tf.tensor1d([1, 50]))),
    value: (a, b) => (a * a + 50 * b * b) / 2,
  },
  saddle: {
    title: 'A saddle',
    note: '½x² − ½y² + ¼y⁴: flat in the middle, two ways down.',
    start: [2, 0.001],
    view: [0, 0, 2.4],
    loss: (w) => tf.add(half(tf.square(x(w))), tf.sub(tf.sum(tf.mul(0.25, tf.pow(y(w), 4))), half(tf.square(y(w))))),
    value: (a, b) => a ** 2 / 2 - b ** 2 / 2 + b ** 4 / 4,
  },
  rosenbrock: {
    title: 'Rosenbrock',
    note: '(1 − x)² + 100 (y − x²)²: a bent and narrow valley; its end is at (1, 1).',
    start: [-1.2, 1],
    view: [0, 0.6, 1.9],
    loss: (w) =>
      tf.add(tf.sum(tf.square(tf.sub(1, x(w)))), tf.sum(tf.mul(100, tf.square(tf.sub(y(w), tf.square(x(w))))))),
    value: (a, b) => (1 - a) ** 2 + 100 * (b - a * a) ** 2,
  },
  logistic: {
    title: 'Logistic regression',
    note: '64 examples, 8 of them at each step: the noise is the choice of examples.',
    start: [-2, 2],
    view: [1, -2, 4],
    loss: (w, batch) => {
      const rows = batchOf(batch)
      const chosen = tf.tensor(
        rows.flatMap((i) => features.slice(2 * i, 2 * i + 2)),
        [rows.length, 2],
      )
      const wanted = tf.tensor(rows.map((i) => labels[i] ?? 0))
      const z = tf.sum(tf.mul(chosen, w), 1)
      const soft = tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z)))))
      return tf.mean(tf.sub(soft, tf.mul(wanted, z)))
    },
    value: (a, b) => examples.reduce((sum, e) => sum + logistic(a * e.a + b * e.b, e.label), 0) / examples.length,
  },
  network: {
    title: 'A small network',
    note: 'A network of 24 weights that fits a sine, seen along two directions through its weights.',
    start: [1.6, -1.4],
    view: [0, 0, 2.4],
    loss: networkLoss,
    value: networkValue,
  },
} as const satisfies Readonly<Record<string, Landscape>>

export type LandscapeName = keyof typeof landscapes
