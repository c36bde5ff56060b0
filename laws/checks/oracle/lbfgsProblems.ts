import * as tf from '@tensorflow/tfjs-core'

/** A loss of one vector. */
export type Loss = (x: tf.Tensor1D) => tf.Scalar

type S = tf.Tensor

const square = (x: S): S => tf.square(x)
const sumOf = (...terms: readonly (S | number)[]): S => terms.reduce<S>((sum, x) => tf.add(sum, x), tf.scalar(0))
const times = (...factors: readonly (S | number)[]): S => factors.reduce<S>((all, x) => tf.mul(all, x), tf.scalar(1))
const sum = (x: S): tf.Scalar => tf.sum(x)
/** The numbers of a vector: scalars, as many as the problem has. */
const numbers = (x: tf.Tensor1D): readonly S[] => tf.unstack(x)
const head = (x: tf.Tensor1D): tf.Tensor1D => tf.slice1d(x, 0, x.size - 1)
const tail = (x: tf.Tensor1D): tf.Tensor1D => tf.slice1d(x, 1, x.size - 1)
const counted = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** A loss of numbers that are named by their order. */
const of =
  (f: (a: S, b: S, c: S, d: S) => S): Loss =>
  (x) => {
    const [a = x, b = x, c = x, d = x] = numbers(x)
    return f(a, b, c, d) as tf.Scalar // sums of numbers
  }

const A = [
  [2, -1, 0.5, 1],
  [0, 1.5, -1, 0.5],
  [1, 1, 2, -0.5],
  [-0.5, 0, 1, 2],
  [1.5, -2, 0, 1],
  [0.5, 1, 1, -1.5],
]
const labels = [1, -1, 1, -1, -1, 1]
const c = [1, 2, 3, 4]

const stiff =
  (decades: number): Loss =>
  (x) =>
    sum(times(0.5, square(x), tf.tensor1d(counted(0, 7).map((i) => 10 ** ((decades * i) / 7)))))

const rosenbrock: Loss = (x) =>
  sum(sumOf(times(100, square(tf.sub(tail(x), square(head(x))))), square(tf.sub(1, head(x)))))

/** Classical functions, convex ones first, by the names of lbfgsRuns.py, which has the same formulas and the starts. */
export const problems: Readonly<Record<string, Loss>> = {
  'sum x^2 + x^4': (x) => sum(sumOf(square(x), square(square(x)))),
  'sum c x^2': (x) => sum(times(square(x), tf.tensor1d(c))),
  'sum c x^2 + 0.1 x^3': (x) => sum(sumOf(times(square(x), tf.tensor1d(c)), times(0.1, square(x), x))),
  'sum log cosh': (x) => {
    const a = tf.abs(x)
    return tf.sub(sum(sumOf(a, tf.log(tf.add(1, tf.exp(tf.mul(-2, a)))))), x.size * Math.LN2)
  },
  'sum |x|^1.5': (x) => sum(tf.pow(tf.abs(x), 1.5)),
  'least squares': (x) => tf.mean(square(tf.sum(tf.mul(A, x), 1))),
  'ridge logistic': (x) => {
    const z = tf.mul(labels, tf.sum(tf.mul(A, x), 1))
    const lost = sumOf(tf.maximum(tf.neg(z), 0), tf.log(tf.add(1, tf.exp(tf.neg(tf.abs(z))))))
    return tf.add(sum(lost), tf.mul(0.05, sum(square(x))))
  },
  'sum x^4': (x) => sum(square(square(x))),
  huber: (x) => {
    const a = tf.abs(x)
    const inside = tf.minimum(a, 1)
    return sum(times(inside, tf.sub(a, tf.mul(0.5, inside))))
  },
  'quadratic 1e4': stiff(4),
  'quadratic 1e6': stiff(6),
  'quadratic 1e8': stiff(8),
  booth: of((a, b) => sumOf(square(sumOf(a, tf.mul(2, b), -7)), square(sumOf(tf.mul(2, a), b, -5)))),
  matyas: of((a, b) => tf.sub(times(0.26, sumOf(square(a), square(b))), times(0.48, a, b))),
  'one number': (x) => sum(tf.sub(square(x), tf.cos(tf.mul(3, x)))),
  'rosenbrock 2': rosenbrock,
  'rosenbrock 4': rosenbrock,
  'rosenbrock 20': rosenbrock,
  himmelblau: of((a, b) => sumOf(square(sumOf(square(a), b, -11)), square(sumOf(a, square(b), -7)))),
  beale: of((a, b) => {
    const term = (target: number, power: S) => square(sumOf(target, tf.neg(a), times(a, power)))
    return sumOf(term(1.5, b), term(2.25, square(b)), term(2.625, times(square(b), b)))
  }),
  wood: of((a, b, c3, d) =>
    sumOf(
      times(100, square(tf.sub(b, square(a)))),
      square(tf.sub(1, a)),
      times(90, square(tf.sub(d, square(c3)))),
      square(tf.sub(1, c3)),
      times(10, square(sumOf(b, d, -2))),
      times(0.1, square(tf.sub(b, d))),
    ),
  ),
  powell: of((a, b, c3, d) =>
    sumOf(
      square(sumOf(a, tf.mul(10, b))),
      times(5, square(tf.sub(c3, d))),
      square(square(tf.sub(b, tf.mul(2, c3)))),
      times(10, square(square(tf.sub(a, d)))),
    ),
  ),
  'dixon-price': (x) => {
    const first = tf.reshape(tf.slice1d(x, 0, 1), [])
    const rest = times(tf.tensor1d([...counted(2, x.size)]), square(tf.sub(tf.mul(2, square(tail(x))), head(x))))
    return tf.add(square(tf.sub(first, 1)), sum(rest))
  },
  zakharov: (x) => {
    const t = square(sum(times(tf.tensor1d(counted(1, x.size).map((i) => i / 2)), x)))
    return sumOf(sum(square(x)), t, square(t)) as tf.Scalar // sums of numbers
  },
  'double well': (x) => sum(sumOf(square(tf.sub(square(x), 1)), tf.mul(0.3, x))),
  'styblinski-tang': (x) => tf.mul(0.5, sum(sumOf(square(square(x)), tf.mul(-16, square(x)), tf.mul(5, x)))),
  'six-hump camel': of((a, b) => {
    const [aa, bb] = [square(a), square(b)]
    const first = times(sumOf(4, tf.mul(-2.1, aa), tf.div(square(aa), 3)), aa)
    return sumOf(first, times(a, b), times(tf.sub(tf.mul(4, bb), 4), bb))
  }),
  rastrigin: (x) => sum(sumOf(square(x), 10, tf.mul(-10, tf.cos(tf.mul(2 * Math.PI, x))))),
}
