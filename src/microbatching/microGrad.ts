import { knownOnly } from '../scalars/knownOnly.js'
import type * as tf from '@tensorflow/tfjs-core'
import type { MaskLike } from '../combinators/maskScope.js'
import { shown } from '../scalars/shown.js'
import type { Loss } from '../training/Loss.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import type { Accumulations } from './Accumulator.js'
import { parseMicrobatch } from './microbatch.js'
import { examplesOf } from './microVmap.js'

/** Options of `microGrad`. */
export interface MicroGradOptions<P, T, M> {
  /** Which arguments are batches: their places, from 0, which is the parameters.
   *
   *  @defaultValue 1 */
  readonly batchArgnums?: number | readonly number[]
  /** Whether an example is a batch of one; else the axis is gone.
   *
   *  @defaultValue true */
  readonly keepBatchDim?: boolean
  /** How many examples a slice has; `null` for all. It decides which examples are real, and changes no result else.
   *
   *  @defaultValue null */
  readonly microbatchSize?: number | null
  /** How gradients, or what is made of them, are gathered.
   *
   *  @defaultValue 'sum' */
  readonly accumulator?: Accumulations
  /** What is made of each example's gradient before it is gathered: clipped, squared. It returns new tensors, and
   *  disposes none. Default: nothing. */
  readonly transformFn?: (grads: Leaves<P, tf.Tensor | null>) => T
  /** What is told of each example's gradient: a tree of numbers, as tensors of shape []. Default: nothing. */
  readonly metricsFn?: (grads: Leaves<P, tf.Tensor | null>) => M
  /** Which leaves have gradients, as for `valueAndGrad`. Default: all. */
  readonly mask?: MaskLike
  /** How many slices are real. Default: all. */
  readonly numRealMicrobatches?: number
}

/** Gradients of single examples, gathered. */
export interface MicroGrad<T, M> {
  /** What was gathered. */
  readonly grads: T
  /** The loss of each example, `[batch]`. */
  readonly values: tf.Tensor
  /** What `metricsFn` told of each, with the batch in front. */
  readonly metrics: M
}

/** The gradient of every example on its own, transformed and gathered at once: for differentially private descent, and
 *  for the noise of gradients.
 *
 *  ```text
 *  G = T(∇L(p, example₀)) ⊕ T(∇L(p, example₁)) ⊕ …        T = `transformFn`, ⊕ by `accumulator`
 *  ```
 *
 *  The examples are a loop, so there are never more than one gradient and what is gathered in memory: a vectorised form
 *  would take a copy of the parameters for each, and is slower on the backends of TensorFlow.js.
 *
 *  @shapes gathered gradients are like the parameters, or like what `transformFn` returns; with 'concat' a new axis of the
 *    examples is in front, as `dpsgd` wants them.
 *  @throws what `valueAndGrad` and `microbatch` throw.
 *  @laws with 'mean', and nothing else, the gradient of the mean loss, up to rounding; the results are the only new
 *    tensors.
 *  @departs a record of results. `hasAux` and `argnums` have no counterpart: parameters come first, and `metricsFn` sees
 *    each gradient.
 *  @reference Abadi et al. 2016, arXiv:1607.00133; optax.microbatching.micro_grad
 *  @example const { grads, values } = microGrad((p: tf.Tensor, x: tf.Tensor) => tf.mean(tf.mul(p, x)))(tf.scalar(2), tf.ones([4])) */
export const microGrad = <P, Args extends readonly unknown[], T = Leaves<P, tf.Tensor | null>, M = null>(
  loss: Loss<P, Args>,
  given: MicroGradOptions<P, T, M> = {},
): ((params: P, ...args: Args) => MicroGrad<T, M>) => {
  const { batchArgnums = 1, keepBatchDim = true, mask, transformFn, metricsFn, ...rest } = known(given)
  for (const [name, f] of Object.entries({ transformFn, metricsFn }))
    if (f !== undefined && typeof f !== 'function')
      throw new TypeError(
        `microGrad: ${name} must be a function of a gradient, found ${shown(f)}. Pass e.g. { ${name}: (grads) => … }.`,
      )
  const checked = parseMicrobatch('microGrad', {
    microbatchSize: null,
    ...rest,
    argnums: batchArgnums,
    accumulator: { grads: rest.accumulator ?? 'sum', values: 'concat', metrics: 'concat' },
  })
  // Types are the caller's; inside, trees are trees.
  const evaluate = valueAndGrad(loss as unknown as Loss<Tree, readonly unknown[]>, mask === undefined ? {} : { mask })
  const transform = (transformFn ?? ((grads: unknown) => grads)) as (grads: unknown) => unknown
  const metrics = (metricsFn ?? (() => null)) as (grads: unknown) => unknown
  const one = (...args: readonly unknown[]): unknown => {
    const [params, ...others] = args
    const { value, grads } = evaluate(params as Tree, ...others)
    return { grads: transform(grads), values: value, metrics: metrics(grads) }
  }
  return (params, ...args) => examplesOf('microGrad', one, checked, [params, ...args], keepBatchDim) as MicroGrad<T, M> // built so
}

const known = knownOnly<MicroGradOptions<unknown, unknown, unknown>>('microGrad', {
  batchArgnums: true,
  keepBatchDim: true,
  microbatchSize: true,
  accumulator: true,
  transformFn: true,
  metricsFn: true,
  mask: true,
  numRealMicrobatches: true,
})
