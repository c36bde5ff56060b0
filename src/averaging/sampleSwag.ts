import * as tf from '@tensorflow/tfjs-core'
import { count } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf, pathAt } from '../tree/Skeleton.js'
import type { SwagMoments } from './withSwag.js'

/** How a sample is drawn. */
export interface SampleOptions {
  /** From which all noise follows: the same key gives the same sample, on every backend. An integer ≥ 0. */
  readonly key: number
  /** How wide the Gaussian is, as a factor of its variance, ≥ 0.
   *
   *  @defaultValue 1 */
  readonly scale?: number
  /** Whether the low-rank deviations take part, by half of the variance: with `withSwag({ rank: 0 })`, which has none, say
   *  false.
   *
   *  @defaultValue true */
  readonly lowRank?: boolean
}

/** The mean and the moments that `withSwag` keeps. */
export interface SwagState<P> extends SwagMoments<P> {
  /** The mean of the parameters. */
  readonly average: P
}

/** Draws parameters from the Gaussian that `withSwag` has found.
 *
 *  ```text
 *  mean + √(scale/2)·(√spread·z₁ + D·z₂/√(K−1))        K: deviations held;  lowRank: false: mean + √scale·√spread·z₁
 *  ```
 *
 *  @shapes those of the parameters; new tensors, which are the caller's to dispose of.
 *  @throws `RangeError`/`TypeError` for options out of range, and for what is no state of `withSwag`.
 *  @laws scale 0 is the mean, bitwise; the same state and key give the same sample; the noise of a leaf depends on its
 *    path alone.
 *  @departs K − 1 for the deviations that there are; the authors divide by the full rank before it is full.
 *  @reference Maddox et al. 2019, arXiv:1902.02476, equation 1
 *  @example const params = sampleSwag(now.state, { key: 7 }) */
export const sampleSwag = <P>(state: SwagState<P>, given: SampleOptions): P => {
  const { key, scale, lowRank } = parse(given)
  return swagSample(state, {
    scale,
    lowRank,
    element: (path, shape) => tf.randomNormal([...shape], 0, 1, 'float32', seedOf(`${key}/${path}`)),
    column: (i) =>
      tf.tidy(() => tf.randomNormal([1], 0, 1, 'float32', seedOf(`${key}//${i}`)).dataSync()[0] ?? Number.NaN),
  })
}

/** Where the normals of a sample come from.
 *
 *  @internal */
export interface Normals {
  readonly scale: number
  readonly lowRank: boolean
  readonly element: (path: string, shape: readonly number[]) => tf.Tensor
  /** One number for each deviation, oldest first. */
  readonly column: (i: number) => number
}

/** The sample of given normals.
 *
 *  @internal */
export const swagSample = <P>(state: SwagState<P>, { scale, lowRank, element, column }: Normals): P => {
  const given: unknown = state
  if (typeof given !== 'object' || given === null || !('spread' in given) || !('average' in given))
    throw new TypeError(
      'sampleSwag: expected the state of withSwag, { average, spread, deviation0, … }. Of one deeper inside pass that record.',
    )
  const skeleton = skeletonOf(state.average, 'state.average')
  const like = (tree: unknown, where: string) =>
    leavesOf<tf.Tensor>(skeleton, tree, { where, nullable: true, alike: true })
  const [means, spreads] = [like(state.average, 'state.average'), like(state.spread, 'state.spread')]
  const record = state as unknown as Readonly<Record<string, unknown>> // deviations stand beside the moments
  const rank = Object.keys(record).filter((name) => /^deviation\d+$/.test(name)).length
  const held = lowRank ? Math.min(rank, state.taken) : 0
  const oldestFirst = Array.from({ length: held }, (_, i) => `deviation${(state.taken - held + i) % rank}`)
  const columns = oldestFirst.map((name, i) => ({
    leaves: like(record[name], `state.${name}`),
    z: column(i) / Math.sqrt(Math.max(1, held - 1)),
  }))
  return buildTree(
    skeleton,
    means.map((mean, i) => {
      const spread = spreads[i]
      if (mean === null || spread === null || spread === undefined) return mean
      return tf.tidy(() => {
        const own = tf.mul(tf.sqrt(tf.relu(spread)), element(pathAt(skeleton, i), mean.shape))
        const noise = columns.reduce<tf.Tensor>((sum, { leaves, z }) => {
          const leaf = leaves[i] ?? null
          return leaf === null ? sum : tf.add(sum, tf.mul(leaf, z))
        }, own)
        return tf.add(mean, tf.mul(noise, Math.sqrt(lowRank ? scale / 2 : scale)))
      })
    }),
  ) as P // of the structure of the average
}

const parse = options('sampleSwag', {
  key: required(count),
  scale: withDefault(nonNegative, 1),
  lowRank: withDefault(flag, true),
})
