import { checkFields } from '../scalars/checkFields.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import * as tf from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { options, withDefault } from '../scalars/options.js'
import { shown } from '../scalars/shown.js'
import { tidied } from '../tensors/tidied.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import type { Tree, TreeOf } from '../tree/Tree.js'
import { zipTree } from '../tree/zipTree.js'

/** The statistics of one batch. */
export interface BatchStatistics<P> {
  readonly mean: P
  /** The mean square deviation from it, as `tf.moments` gives it. */
  readonly variance: P
  /** How many examples, or examples times positions, they are of: an integer ≥ 1. */
  readonly size: number
}

/** How they are pooled. */
export interface PoolingOptions {
  /** Whether the variance is that of a sample, divided by n − 1, as torch keeps it.
   *
   *  @defaultValue false */
  readonly unbiased?: boolean
}

/** The statistics of all batches together, as if they had been one: batch normalisation after the parameters have been
 *  averaged, whose own statistics belong to other parameters.
 *
 *  ```text
 *  N = n + nᵦ,  δ = mᵦ − m        m ← m + δ·nᵦ/N        v ← (n·v + nᵦ·vᵦ + δ²·n·nᵦ/N)/N
 *  ```
 *
 *  @shapes those of the batches; new tensors, which are the caller's to dispose of. The batches stay as they are.
 *  @throws `RangeError` for no batches and sizes that are no integers ≥ 1; `TreeMismatch` where trees differ.
 *  @laws the order of the batches and how they were cut do not matter, to rounding; one batch is itself.
 *  @departs torch's update_bn takes the mean over batches, whatever their sizes: a last batch of one counts as much as
 *    the others, and the variance of the means is lost.
 *  @reference Chan et al. 1983
 *  @example
 *  ```ts
 *  const batches = [tf.tensor2d([[1], [3]]), tf.tensor2d([[8]])].map((x) => ({ ...tf.moments(x, 0), size: x.shape[0] }))
 *  pooledStatistics(batches)   // mean 4, variance 26/3, size 3
 *  ```
 */
export const pooledStatistics = <P>(
  batches: Iterable<BatchStatistics<P & TreeOf<P>>>,
  given?: PoolingOptions,
): BatchStatistics<P> => {
  const { unbiased } = parse(given)
  if (typeof batches !== 'object' || (batches as unknown) === null || !(Symbol.iterator in batches))
    throw wrongArgument('pooledStatistics: batches', 'an array, or what can be gone through', batches, example)
  let pooled: BatchStatistics<Tree> | undefined
  try {
    // trees of one structure, which `zipTree` checks
    for (const batch of batches as unknown as Iterable<BatchStatistics<Tree>>) {
      checkFields(
        'pooledStatistics: a batch',
        batch,
        { mean: 'unknown', variance: 'unknown', size: 'unknown' },
        example,
      )
      if (positiveCount.codec.decode(batch.size)._tag === 'Left')
        throw new RangeError(`pooledStatistics: size must be an integer ≥ 1, found ${shown(batch.size)}.`)
      const next: BatchStatistics<Tree> = pooled === undefined ? copied(batch) : joined(pooled, batch)
      disposeExcept(pooled ?? null, next)
      pooled = next
    }
  } catch (error) {
    disposeExcept(pooled ?? null, null)
    throw error
  }
  if (pooled === undefined) throw new RangeError('pooledStatistics: there are no batches. Pass at least one.')
  const { mean, variance, size } = pooled
  const factor = unbiased && size > 1 ? size / (size - 1) : 1
  const scaled = mapTree((v) => tf.mul(v, factor))(variance)
  disposeExcept(variance, [])
  return { mean, variance: scaled, size } as BatchStatistics<unknown> as BatchStatistics<P> // of the structure of the batches
}

const example = 'Pass e.g. [{ mean, variance, size: 32 }].'

const copied = ({ mean, variance, size }: BatchStatistics<Tree>): BatchStatistics<Tree> => ({
  mean: mapTree((x) => tf.clone(x))(mean),
  variance: mapTree((x) => tf.clone(x))(variance),
  size,
})

const joined = (a: BatchStatistics<Tree>, b: BatchStatistics<Tree>): BatchStatistics<Tree> => {
  const size = a.size + b.size
  const share = b.size / size
  return tidied(() => {
    const gap = zipTree((x, y) => tf.sub(y, x))(a.mean, b.mean)
    const within = zipTree((x, y) => tf.add(tf.mul(x, a.size / size), tf.mul(y, share)))(a.variance, b.variance)
    return {
      mean: zipTree((x, d) => tf.add(x, tf.mul(d, share)))(a.mean, gap),
      variance: zipTree((v, d) => tf.add(v, tf.mul(tf.square(d), (a.size / size) * share)))(within as Tree, gap),
      size,
    }
  })
}

const parse = options('pooledStatistics', { unbiased: withDefault(flag, false) })
