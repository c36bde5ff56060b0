import * as tf from '@tensorflow/tfjs-core'
import { count as integer } from '../scalars/Count.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { mapTree } from '../tree/mapTree.js'

/** The state of what draws noise. */
export interface NoiseState {
  /** Updates seen so far. */
  readonly count: number
  /** What noise is drawn from, beside the count and the paths. */
  readonly key: number
}

/** `NoiseState` as a function of the parameters. */
export interface Noise extends StateLambda {
  readonly State: NoiseState
}

/** Options of `addNoise`. */
export interface AddNoiseOptions {
  /** Variance of the noise at count 0, in squared units of the updates. */
  readonly eta: number
  /** How fast the variance decays: η/(1 + t)^γ. */
  readonly gamma: number
  /** Which noise is drawn: an integer.
   *
   *  @defaultValue 0 */
  readonly key?: number
}

/** Adds Gaussian noise whose variance falls.
 *
 *  ```text
 *  u = g + √(η/tᵞ)·N(0, 1)        t = count + 1
 *  ```
 *
 *  @shapes state `{ count, key }`.
 *  @units η is a variance: the square of the updates' units.
 *  @laws pure: the same state gives the same noise, on every backend; the noise of a leaf depends on its path, not
 *    on its place.
 *  @departs noise is drawn from key, count and path instead of a chain of split keys, so the numbers are not optax's;
 *    without a key it is 0.
 *  @reference Neelakantan et al. 2015, arXiv:1511.06807; optax.add_noise
 *  @example chain(addNoise({ eta: 0.01, gamma: 0.55, key: 7 }), sgd({ learningRate: 0.1 })) */
export const addNoise = (given: AddNoiseOptions) => {
  const checked = parse(given)
  const { eta, gamma } = checked
  return plain<Noise>({
    name: 'addNoise',
    options: checked,
    init: () => ({ count: 0, key: checked.key }),
    update: (updates, { count, key }) => {
      const deviation = Math.sqrt(eta / (count + 1) ** gamma)
      const noisy = mapTree((g, path) =>
        tf.tidy(() => tf.add(g, tf.randomNormal(g.shape, 0, deviation, 'float32', seedOf(`${key}/${count}/${path}`)))),
      )
      return [noisy(updates), { count: count + 1, key }]
    },
  })
}

const parse = optionsFor<AddNoiseOptions>()('addNoise', {
  eta: required(nonNegative),
  gamma: required(nonNegative),
  key: withDefault(integer, 0),
})
