import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import { kronOptions, scaleByKron, type ScaleByKronOptions, type ScaleByKronState } from '../transforms/scaleByKron.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `kron`. */
export interface KronOptions extends RatedOptions, WeightDecayOptions, ScaleByKronOptions {}

/** The state of `kron`. */
export type KronState<P> = readonly [direction: ScaleByKronState<P>, decay: CountState, rate: CountState]

/** `KronState` as a function of the parameters. */
export interface Kron extends StateLambda {
  readonly State: KronState<this['Params']>
}

/** PSGD Kron: gradients whitened by Kronecker factors.
 *
 *  ```text
 *  p ← p − η·(u + w·p)        u: see `scaleByKron`
 *  ```
 *
 *  @shapes state `[{ count, waited, mu, left, right }, { count }, { count }]`.
 *  @departs as `scaleByKron` does.
 *  @reference Li 2018, arXiv:1512.04202; Pooladzandi & Li 2024, arXiv:2402.11858; timm's Kron
 *  @example kron({ learningRate: 1e-3, key: 7 }) */
export const kron = (given: KronOptions): Transformation<Kron> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...rule } = checked
  return recipe(
    'kron',
    checked,
    chain(scaleByKron(rule), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
  )
}

const parse = optionsFor<KronOptions>()('kron', {
  learningRate: required(numberOrSchedule(rate)),
  ...kronOptions,
  ...decayOptions(0),
})
