import * as tf from '@tensorflow/tfjs-core'
import { count as integer, positiveCount } from '../scalars/Count.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { plain } from '../transformation/plain.js'
import { mapTree } from '../tree/mapTree.js'
import type { Tree } from '../tree/Tree.js'
import type { Noise } from './addNoise.js'
import { leafwise } from './leafwise.js'

/** Options of `differentiallyPrivateAggregate`. */
export interface DifferentiallyPrivateAggregateOptions {
  /** The norm to which the gradient of each example was clipped, ≥ 0. */
  readonly l2NormClip: number
  /** The standard deviation of the noise, relative to that norm: ≥ 0. */
  readonly noiseMultiplier: number
  /** The number of examples that a sum is of, or is expected to be of where they are sampled: an integer ≥ 1. */
  readonly batchSize: number
  /** What the noise is drawn from.
   *
   *  @defaultValue 0 */
  readonly key?: number
}

/** Adds noise to a sum of clipped gradients, and makes a mean of it: the second half of differentially private descent.
 *
 *  ```text
 *  u = (g + C·σ·N(0, 1))/batchSize        g = Σᵢ gᵢ·min(1, C/‖gᵢ‖), C = l2NormClip, σ = noiseMultiplier
 *  ```
 *
 *  @shapes those of the parameters; state `{ count, key }`.
 *  @laws pure: the same state gives the same noise; a different count, key or path gives another.
 *  @departs optax takes gradients with an axis of examples and clips them here: that needs the memory of all. Here clipping
 *    and summing come before, by `perExampleGlobalNormClip` or example by example inside of a loop, with the memory
 *    of one. The noise is that of `addNoise`: fit for experiments, not drawn by a cryptographic generator.
 *  @reference Abadi et al. 2016, arXiv:1607.00133; optax.contrib.differentially_private_aggregate
 *  @example chain(differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 1.1, batchSize: 256, key: 7 }), sgd({ learningRate: 0.1 })) */
export const differentiallyPrivateAggregate = (given: DifferentiallyPrivateAggregateOptions) => {
  const checked = parse(given)
  const { l2NormClip, noiseMultiplier, batchSize } = checked
  const deviation = l2NormClip * noiseMultiplier
  return plain<Noise>({
    name: 'differentiallyPrivateAggregate',
    options: checked,
    init: () => ({ count: 0, key: checked.key }),
    update: (updates, { count, key }, params) => {
      const next = { count: count + 1, key }
      if (deviation === 0)
        // a tree made leaf by leaf has the structure of the parameters
        return [leafwise((O, { update }) => [O.div(update, batchSize)])(updates, params)[0] as Tree, next]
      const noisy = mapTree((g, path) =>
        tf.tidy(() =>
          tf.div(
            tf.add(g, tf.randomNormal(g.shape, 0, deviation, 'float32', seedOf(`${key}/${count}/${path}`))),
            batchSize,
          ),
        ),
      )
      return [noisy(updates), next]
    },
  })
}

const parse = options('differentiallyPrivateAggregate', {
  l2NormClip: required(nonNegative),
  noiseMultiplier: required(nonNegative),
  batchSize: required(positiveCount),
  key: withDefault(integer, 0),
})
