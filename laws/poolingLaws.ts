import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { type BatchStatistics, pooledStatistics } from '../src/averaging/pooledStatistics.js'
import { within } from './Agreement.js'
import { meanOfLists } from './averaging/snapshotsOf.js'
import { law } from './Law.js'
import { tidily } from './Numbers.js'
import type { Suite } from './Suite.js'

/** What takes the place of `pooledStatistics`. */
export interface PoolingSubject {
  readonly pool: (batches: readonly BatchStatistics<tf.Tensor>[]) => BatchStatistics<tf.Tensor>
}

/** Batches of one to five examples of one number. */
const batches = fc.array(fc.array(fc.integer({ min: -16, max: 16 }), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 4,
})

/** The laws of statistics of batches that are pooled.
 *
 *  @example checkLaws(poolingLaws()) */
export const poolingLaws = ({
  pool = (given) => pooledStatistics<tf.Tensor>(given),
}: Partial<PoolingSubject> = {}): Suite => {
  const pooled = (groups: readonly (readonly number[])[]): readonly number[] =>
    tidily(() => {
      const { mean, variance, size } = pool(
        groups.map((group) => ({ ...tf.moments(tf.tensor1d([...group]), 0), size: group.length })),
      )
      return [mean.dataSync()[0] ?? Number.NaN, variance.dataSync()[0] ?? Number.NaN, size]
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
          const all = groups.flat().map((x) => [x])
          const [mean = Number.NaN] = meanOfLists(all)
          const [variance] = meanOfLists(all.map(([x = Number.NaN]) => [(x - mean) ** 2]))
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
    ],
  }
}
