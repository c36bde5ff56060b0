import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { type BatchStatistics, pooledStatistics } from '../src/averaging/pooledStatistics.js'
import { exactly, within } from './Agreement.js'
import { law } from './Law.js'
import { tidily } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'

/** What takes the place of `pooledStatistics`. */
export interface PoolingSubject {
  readonly pool: (batches: readonly BatchStatistics<tf.Tensor>[]) => BatchStatistics<tf.Tensor>
  /** The same with the variance of a sample, divided by n − 1.
   *
   *  @defaultValue `pooledStatistics` with `unbiased`, where `pool` is left out, too; else nothing is asked */
  readonly ofSample?: PoolingSubject['pool']
}

/** Batches of one to five examples of one number. */
const batches = fc.array(fc.array(fc.integer({ min: -16, max: 16 }), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 4,
})

/** The laws of statistics of batches that are pooled.
 *
 *  @example await checkLaws(poolingLaws()) */
export const poolingLaws = (subject: Partial<PoolingSubject> = {}): Suite => {
  const given = known(subject)
  const { pool, ofSample } = 'pool' in given ? { pool: usual.pool, ...given } : { ...usual, ...given }
  const pooled = (groups: readonly (readonly number[])[], by = pool): readonly number[] =>
    tidily(() => {
      const { mean, variance, size } = by(
        groups.map((group) => ({ ...tf.moments(tf.tensor1d([...group]), 0), size: group.length })),
      )
      return [...mean.dataSync(), ...variance.dataSync(), size]
    })
  return {
    name: 'pooled statistics',
    laws: [
      law(within(2 ** -18))(
        {
          name: 'as if one',
          equation: 'mean, variance and size are those of all examples together',
          reason: 'how examples were cut into batches is an accident',
          bug: 'torch’s update_bn: the mean over batches whatever their sizes, and the spread between them lost',
        },
        [batches],
        (groups) => {
          const all = groups.flat()
          const mean = meanOf(all)
          const variance = meanOf(all.map((x) => (x - mean) ** 2))
          return { left: [pooled(groups), 256], right: [[mean, variance, all.length], 256] } // 256: the scale of squares
        },
      ),
      law(within(2 ** -18))(
        {
          name: 'any order',
          equation: 'pooled(b, a) = pooled(a, b)',
          reason: 'the last batch is no better than the first',
          bug: 'running statistics with a momentum: only the latest batches count',
        },
        [batches],
        (groups) => ({ left: [pooled(groups.toReversed()), 256], right: [pooled(groups), 256] }),
      ),
      law(within(2 ** -18))(
        {
          name: 'each channel its own',
          equation: 'pooled of (x, 3 − 2·x) = (pooled of x, pooled of 3 − 2·x)',
          reason: 'channels do not hear of each other',
          bug: 'a mean over all axes where the last one was to stay',
        },
        [batches],
        (groups) => {
          const other = groups.map((group) => group.map((x) => 3 - 2 * x))
          const left = tidily(() => {
            const { mean, variance, size } = pool(
              zipped(groups, other, (group, second) => ({
                ...tf.moments(tf.stack([tf.tensor1d([...group]), tf.tensor1d([...second])], 1), 0),
                size: group.length,
              })),
            )
            return [...mean.dataSync(), ...variance.dataSync(), size]
          })
          const [[m, v, n], [m2, v2]] = [pooled(groups), pooled(other)]
          return { left: [left, 1024], right: [[m, m2, v, v2, n], 1024] } // 1024: the scale of squares
        },
      ),
      law(within(2 ** -10))(
        {
          name: 'far from zero',
          equation: 'variance of x + 16384 = variance of x',
          reason: 'how far examples lie apart has nothing to do with where they lie',
          bug: 'mean of squares less square of the mean, in float32: nothing is left of it, or it is below 0',
        },
        [batches],
        (groups) => ({
          left: [pooled(groups.map((group) => group.map((x) => x + 16384)))[1], 256],
          right: [pooled(groups)[1], 256],
        }),
      ),
      law(exactly)(
        {
          name: 'no leak',
          equation: 'what is made is a mean and a variance of its own: two tensors more, and the batches as they were',
          reason: 'statistics are pooled once an epoch, of every layer, over all batches',
          bug: 'the sums of the batches before, kept until the end of the training',
        },
        [batches],
        (groups) =>
          tidily(() => {
            const given = groups.map((group) => ({ ...tf.moments(tf.tensor1d([...group]), 0), size: group.length }))
            const [before, left] = [tf.memory().numTensors, [] as number[]]
            for (const by of [pool, ...(ofSample === undefined ? [] : [ofSample])]) {
              const { mean, variance } = by(given)
              left.push(tf.memory().numTensors - before)
              tf.dispose([mean, variance])
            }
            const still = given.every(({ mean, variance }) => !mean.isDisposed && !variance.isDisposed)
            return { left: [...left, still], right: [...left.map(() => 2), true] }
          }),
      ),
      ...(ofSample === undefined
        ? []
        : [
            law(within(2 ** -18))(
              {
                name: 'of a sample',
                equation: 'the variance of n examples is n/(n − 1) times the plain one; of one it is the plain one',
                reason: 'torch keeps it so',
                bug: 'n − 1 for n: a division by 0 for a batch of one',
              },
              [fc.oneof({ weight: 3, arbitrary: batches }, { weight: 1, arbitrary: fc.constant([[3]]) })],
              (groups) => {
                const n = groups.flat().length
                // of mean, variance and size the second
                const widened = pooled(groups).map((x, i) => (i === 1 && n > 1 ? (x * n) / (n - 1) : x))
                return { left: [pooled(groups, ofSample), 512], right: [widened, 512] }
              },
            ),
          ]),
    ],
  }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

const usual: Required<PoolingSubject> = {
  pool: (batches) => pooledStatistics<tf.Tensor>(batches),
  ofSample: (batches) => pooledStatistics<tf.Tensor>(batches, { unbiased: true }),
}

const known = knownOnly<Partial<PoolingSubject>>('poolingLaws', { pool: true, ofSample: true })
