import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { equally, exactly, within } from './Agreement.js'
import { anyFloat32, dyadic, ordinary } from './arbitraries/numbers.js'
import { law, type Law } from './Law.js'
import { tidily } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'

/** How exact a backend is asked to be. */
export interface BackendOptions {
  /** How far a result may be from float32's, relative.
   *
   *  @defaultValue 1e-5 */
  readonly tolerance?: number
}

type Binary = readonly [
  name: string,
  of: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  numbers: (a: number, b: number) => number,
]
type Unary = readonly [name: string, of: (a: tf.Tensor) => tf.Tensor, numbers: (a: number) => number]

const binary: readonly Binary[] = [
  ['add', tf.add, (a, b) => a + b],
  ['sub', tf.sub, (a, b) => a - b],
  ['mul', tf.mul, (a, b) => a * b],
  ['div', tf.div, (a, b) => a / b],
  ['maximum', tf.maximum, Math.max],
  ['minimum', tf.minimum, Math.min],
]

const unary: readonly Unary[] = [
  ['neg', tf.neg, (a) => -a],
  ['abs', tf.abs, Math.abs],
  ['sign', tf.sign, Math.sign],
  ['square', tf.square, (a) => a * a],
  ['sqrt of abs', (x) => tf.sqrt(tf.abs(x)), (a) => Math.sqrt(Math.abs(a))],
  ['exp', (x) => tf.exp(tf.mul(x, 2 ** -10)), (a) => Math.exp(a * 2 ** -10)],
  ['log of 1 + abs', (x) => tf.log(tf.add(1, tf.abs(x))), (a) => Math.log(Math.fround(1 + Math.abs(a)))],
  ['tanh', tf.tanh, Math.tanh],
]

const length = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33)
const vectors = (value: fc.Arbitrary<number>) =>
  length.chain((n) => {
    const vector = fc.array(value, { minLength: n, maxLength: n })
    return fc.tuple(vector, vector)
  })

/** Whether the backend that is set is fit for training: the operations that steps need, their accuracy, gradients, and
 *  memory. For who writes a backend, or ships to devices that he has not seen.
 *
 *  @example await checkLaws(backendLaws()) */
export const backendLaws = (given: BackendOptions = {}): Suite => lawsOf(known(given))

const lawsOf = ({ tolerance = 1e-5 }: BackendOptions): Suite => ({
  name: 'backend',
  laws: [
    law(equally)(
      {
        name: 'operations',
        equation: 'a ∘ b of tensors = a ∘ b of numbers, rounded, for every operation of a step and every length',
        reason: 'a step is made of them',
        bug: 'tanh of large numbers: NaN on some drivers;  the last elements of a vector that is no multiple of four',
      },
      [vectors(ordinary)],
      ([a, b]) => {
        const divisor = b.map((x) => (x === 0 ? 1 : x))
        const pairs = [
          ...binary.map(
            ([name, of, f]) =>
              [name, read(() => of(tf.tensor1d(a), tf.tensor1d(divisor))), zipped(a, divisor, f)] as const,
          ),
          ...unary.map(([name, of, f]) => [name, read(() => of(tf.tensor1d(a))), a.map(f)] as const),
        ]
        return {
          left: pairs.map(([name, found, right]) => [name, settled(tolerance, found, right)]),
          right: pairs.map(([name, , right]) => [name, right]),
        }
      },
    ),
    law(exactly)(
      {
        name: 'exact operations',
        equation: 'sums, differences, products and choices of short binary fractions are exact',
        reason: 'donated and pure, saved and resumed are compared bit by bit',
        bug: 'float16 textures, without a word (phones)',
      },
      [vectors(dyadic)],
      ([a, b]) => ({
        left: [
          read(() => tf.add(tf.tensor1d(a), tf.tensor1d(b))),
          read(() => tf.mul(tf.tensor1d(a), tf.tensor1d(b))),
          read(() => tf.where(tf.less(tf.tensor1d(a), tf.tensor1d(b)), tf.tensor1d(a), tf.tensor1d(b))),
        ].map(unsigned),
        right: [
          zipped(a, b, (x, y) => x + y),
          zipped(a, b, (x, y) => x * y),
          zipped(a, b, (x, y) => (x < y ? x : y)),
        ].map(unsigned),
      }),
    ),
    law(exactly)(
      {
        name: 'what is not finite',
        equation: 'x + NaN is NaN, 1/0 is ∞, ∞ − ∞ is NaN; isFinite and isNaN tell which',
        reason: 'a guard against overflow must see it',
        bug: 'isNaN that the compiler of a driver folded to false;  max(x, NaN) = x',
      },
      [vectors(anyFloat32)],
      ([a]) => ({
        left: [
          read(() => tf.cast(tf.isFinite(tf.tensor1d(a)), 'float32')),
          read(() => tf.cast(tf.isNaN(tf.tensor1d(a)), 'float32')),
          read(() => tf.sub(tf.tensor1d([1 / 0, 1, 0]), tf.tensor1d([1 / 0, Number.NaN, 0]))),
          read(() => tf.div(tf.tensor1d([1, -1]), tf.tensor1d([0, 0]))),
        ],
        right: [
          a.map((x) => Number(Number.isFinite(x))),
          a.map((x) => Number(Number.isNaN(x))),
          [Number.NaN, Number.NaN, 0],
          [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
        ],
      }),
    ),
    longSums,
    law(within(1e-3))(
      {
        name: 'gradients',
        equation: '∇ Σ tanh(x·w)² = what the chain rule says',
        reason: 'there is no training without them',
      },
      [vectors(dyadic.map((x) => x / 32))],
      ([x, w]) => ({
        left: [
          read(() => tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.tanh(tf.mul(tf.tensor1d(x), v)))))(tf.tensor1d(w))),
          1,
        ],
        right: [
          zipped(w, x, (v, factor) => {
            const t = Math.tanh(v * factor)
            return 2 * t * (1 - t * t) * factor
          }),
          1,
        ],
      }),
    ),
    law(exactly)(
      {
        name: 'memory',
        equation: 'what is disposed is gone, what is kept can be read again, what was read stays',
        reason: 'a long training is many short lives of tensors',
        bug: 'an array handed out by dataSync that the next operation wrote to',
      },
      [vectors(ordinary)],
      ([a, b]) => {
        const before = tf.memory().numTensors
        const [x, y] = [tf.tensor1d(a), tf.tensor1d(b)]
        const first = x.dataSync()
        const copy = [...first]
        const sum = tf.add(x, y)
        const product = tf.mul(x, y)
        const seen = [...sum.dataSync()]
        tf.dispose([sum, y])
        const again = [...product.dataSync(), ...x.dataSync()]
        const sides = {
          left: [tf.memory().numTensors - before, [...first], again.length, seen.length],
          right: [2, copy, 2 * a.length, a.length],
        }
        tf.dispose([x, product])
        return sides
      },
    ),
  ],
})

/** Long sums, once for each length. */
const longSums: Law = law(within(1e-5))(
  {
    name: 'long sums',
    equation: 'Σ of n equal numbers = n times it, for n up to 2²⁰, as one vector or in rows of 1024',
    reason: 'norms of whole models are sums of millions of squares',
    bug: 'one running sum in float32: 1 % off at ten million elements (tfjs wasm)',
    share: 0.05,
  },
  [fc.constantFrom(2 ** 10, 2 ** 15, 2 ** 20), fc.constantFrom(0.1, 1, 3)],
  (n, x) => ({
    left: read(() => tf.sum(tf.sum(tf.reshape(tf.fill([n], x), [-1, 1024]), 1))),
    right: [Math.fround(x) * n],
  }),
)

const read = (of: () => tf.Tensor): readonly number[] => tidily(() => [...of().dataSync()])

/** Zeros without a sign. */
const unsigned = (values: readonly number[]): readonly number[] => values.map((x) => x + 0)

/** What was found, and where it is near enough what is right, that. */
const settled = (tolerance: number, found: readonly number[], right: readonly number[]): readonly number[] =>
  zipped(found, right, (x, wanted) => {
    // 1e-7 is what a difference of numbers near 1 loses: some backends have eˣ − 1 so
    return Math.abs(x - wanted) <= tolerance * Math.abs(wanted) + 1e-7 ? wanted : x
  })

const known = knownOnly<BackendOptions>('backendLaws', { tolerance: true })
