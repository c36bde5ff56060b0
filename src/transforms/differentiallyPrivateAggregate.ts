import * as tf from '@tensorflow/tfjs-core'
import { count as integer, positiveCount } from '../scalars/Count.js'
import { must } from '../scalars/must.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { plain } from '../transformation/plain.js'
import { leavesIn } from '../engine/leavesIn.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import type { Leaf, Tree } from '../tree/Tree.js'
import type { Noise } from './addNoise.js'
import { clippedRows } from './clippedSums.js'
import { examplewise } from './examplewise.js'
import { leafwise } from './leafwise.js'

/** Options of `differentiallyPrivateAggregate`. */
export interface DifferentiallyPrivateAggregateOptions {
  /** The norm to which the gradient of each example was clipped, ≥ 0. */
  readonly l2NormClip: number
  /** The standard deviation of the noise, relative to that norm: ≥ 0. */
  readonly noiseMultiplier: number
  /** The number of examples that the gradients are a sum of, or are expected to be of where they are sampled: an
   *  integer ≥ 1. Without it they are those of single examples, stacked along a first axis, and clipped and summed
   *  here. */
  readonly batchSize?: number
  /** What the noise is drawn from.
   *
   *  @defaultValue 0 */
  readonly key?: number
}

/** Clips gradients of single examples, sums them, adds noise, and makes a mean of it: differentially private descent.
 *
 *  ```text
 *  u = (Σᵢ gᵢ·min(1, C/‖gᵢ‖) + C·σ·N(0, 1))/batchSize        C = l2NormClip, σ = noiseMultiplier, ‖·‖ over all leaves
 *  ```
 *
 *  Without `batchSize` it takes the gradients of all examples at once, and comes first in its chain. With it what arrives
 *  is their sum, clipped by `perExampleGlobalNormClip`, or example by example inside of `microGrad`: the memory of one
 *  gradient instead of all.
 *
 *  @shapes without `batchSize` gradients have the examples on an axis in front of those of the parameters, else they are
 *    like the parameters; state `{ count, key }`.
 *  @throws `TreeMismatch` where leaves do not have that axis, `TypeError` where they differ in it, and where it is not the
 *    first of its chain.
 *  @laws pure: the same state gives the same noise; a different count, key or path gives another. Both forms agree.
 *  @departs the noise is that of `addNoise`: fit for experiments, not drawn by a cryptographic generator.
 *  @reference Abadi et al. 2016, arXiv:1607.00133; optax.contrib.differentially_private_aggregate
 *  @example chain(differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 1.1, key: 7 }), sgd({ learningRate: 0.1 })) */
export const differentiallyPrivateAggregate = (given: DifferentiallyPrivateAggregateOptions) => {
  const checked = parse(given)
  const { l2NormClip, noiseMultiplier, batchSize } = checked
  const deviation = l2NormClip * noiseMultiplier
  const clipped = examplewise('differentiallyPrivateAggregate', 0, (O, { rows, count }) => {
    const { sums } = clippedRows(O, present(rows), l2NormClip)
    const size = deviation === 0 ? count : 1
    let next = 0
    return { updates: rows.map((one) => (one === null ? null : O.div(must(sums[next++], 'sum of a leaf'), size))) }
  })
  const noisy = (sum: Tree, size: number, count: number, key: number): Tree =>
    mapTree((g, path) =>
      tf.tidy(() =>
        tf.div(tf.add(g, tf.randomNormal(g.shape, 0, deviation, 'float32', seedOf(`${key}/${count}/${path}`))), size),
      ),
    )(sum)
  return plain<Noise>({
    name: 'differentiallyPrivateAggregate',
    options: checked,
    aggregates: batchSize === undefined,
    init: () => ({ count: 0, key: checked.key }),
    update: (updates, { count, key }, params) => {
      const [given] = leavesIn<Leaf>(updates)
      if (batchSize === undefined && given === undefined) return [updates, { count, key }]
      const next = { count: count + 1, key }
      // trees made leaf by leaf have the structure of the parameters
      if (batchSize !== undefined)
        return [
          deviation === 0
            ? (leafwise((O, { update }) => [O.div(update, batchSize)])(updates, params)[0] as Tree)
            : noisy(updates, batchSize, count, key),
          next,
        ]
      const sum = clipped(updates, params)[0] as Tree
      if (deviation === 0) return [sum, next]
      const mean = noisy(sum, must(given?.shape[0], 'number of examples'), count, key)
      disposeExcept(sum, null)
      return [mean, next]
    },
  })
}

const present = <L>(list: readonly (L | null)[]): readonly L[] => list.filter((one) => one !== null)

const parse = options('differentiallyPrivateAggregate', {
  l2NormClip: required(nonNegative),
  noiseMultiplier: required(nonNegative),
  batchSize: optional(positiveCount),
  key: withDefault(integer, 0),
})
