import * as tf from '@tensorflow/tfjs-core'
import { shown } from '../scalars/shown.js'

/** How one leaf of what comes of each slice is gathered. It makes new tensors, and disposes none. */
export interface Accumulator {
  /** What is held before the first slice, from a value whose numbers do not count: its shape does. */
  readonly init: (value: tf.Tensor, slices: number) => readonly tf.Tensor[]
  /** What is held after a slice; `index` counts from 0. */
  readonly update: (held: readonly tf.Tensor[], value: tf.Tensor, index: number) => readonly tf.Tensor[]
  /** What comes of it, after all `slices`, or fewer; `shape` is that of one value. */
  readonly finalize: (held: readonly tf.Tensor[], slices: number, shape: readonly number[]) => tf.Tensor
}

/** `'sum'`, `'mean'` over all slices, `'runningMean'` over those that were seen, `'concat'` along the first axis (for
 *  single examples a new one); or an accumulator of one's own. */
export type Accumulation = 'sum' | 'mean' | 'runningMean' | 'concat' | Accumulator

/** An accumulation for all leaves, or records and arrays of them along the tree. */
export type Accumulations = Accumulation | readonly Accumulations[] | { readonly [key: string]: Accumulations }

const one = (held: readonly tf.Tensor[]): tf.Tensor => {
  const [tensor] = held
  if (tensor === undefined) throw new Error('Accumulator: one tensor is held')
  return tensor
}

const sum: Accumulator = {
  init: (value) => [tf.zeros(value.shape)],
  update: (held, value) => [tf.add(one(held), value)],
  finalize: (held) => tf.clone(one(held)),
}

const mean: Accumulator = { ...sum, finalize: (held, slices) => tf.div(one(held), Math.max(1, slices)) }

const runningMean: Accumulator = {
  ...sum,
  update: (held, value, index) => [tf.add(one(held), tf.div(tf.sub(value, one(held)), index + 1))],
}

/** What comes of single examples has no axis of the batch: one after the other they make it. */
const stack: Accumulator = {
  init: () => [],
  update: (held, value) => [...held.map((tensor) => tf.clone(tensor)), tf.clone(value)],
  finalize: (held, slices, shape) => {
    const missing = Array.from({ length: slices - held.length }, () => tf.zeros([...shape]))
    return tf.stack([...held, ...missing])
  },
}

/** Slices are strided, so that the j-th rows of all slices come one after the other. */
const concat: Accumulator = {
  ...stack,
  finalize: (held, slices, shape) => {
    const stacked = stack.finalize(held, slices, shape)
    if (shape.length === 0) return stacked
    const [, size = 1, ...rest] = stacked.shape
    const inOrder = tf.transpose(stacked, [1, 0, ...rest.map((_, i) => i + 2)])
    return tf.reshape(inOrder, [size * slices, ...rest])
  },
}

/** What the words mean for slices, which are batches, and for single examples. */
const meanings = {
  slices: { sum, mean, runningMean, concat },
  examples: { sum, mean, runningMean, concat: stack },
} satisfies Readonly<Record<string, Readonly<Record<Accumulation & string, Accumulator>>>>

/** What is gathered. @internal */
export type Gathered = keyof typeof meanings

/** The accumulator of the leaf at a path.
 *
 *  @internal */
export const accumulatorAt = (where: string, of: Gathered, given: Accumulations, path: string): Accumulator => {
  const known: Readonly<Record<string, Accumulator>> = meanings[of]
  let now: Accumulations | undefined = given
  let rest = path
  while (rest !== '' && now !== undefined && typeof now !== 'string' && !isAccumulator(now)) {
    const record = now as Readonly<Record<string, Accumulations>> // an array or a record, read by key
    // a key may be several of the path
    const key = Object.keys(record).find((one) => rest === one || rest.startsWith(`${one}/`))
    now = key === undefined ? undefined : record[key]
    rest = key === undefined ? rest : rest.slice(key.length + 1)
  }
  const found =
    typeof now === 'string'
      ? Object.hasOwn(known, now)
        ? known[now]
        : undefined
      : isAccumulator(now)
        ? now
        : undefined
  if (found !== undefined) return found
  throw new TypeError(
    `${where}: accumulator must be 'sum', 'mean', 'runningMean', 'concat' or an accumulator, found ${shown(now)} for the result at ${path === '' ? 'the root' : path}. Pass e.g. 'sum', or a record of them like the result.`,
  )
}

const isAccumulator = (value: unknown): value is Accumulator =>
  typeof value === 'object' && value !== null && 'init' in value && 'update' in value && 'finalize' in value
