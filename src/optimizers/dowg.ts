import { chain } from '../combinators/chain.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { positive } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { scaleByDowg, type ScaleByDowgOptions, type ScaleByDowgState } from '../transforms/scaleByDowg.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'

/** Options of `dowg`. */
export interface DowgOptions extends WeightDecayOptions, ScaleByDowgOptions {
  /** A factor of the rate that it finds: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
}

/** The state of `dowg`. */
export type DowgState<P> = readonly [decay: CountState, step: ScaleByDowgState<P>, rate: CountState]

/** `DowgState` as a function of the parameters. */
export interface Dowg extends StateLambda {
  readonly State: DowgState<this['Params']>
}

/** DoWG: distance over gradients that are weighted by the distance at their time.
 *
 *  ```text
 *  p ← p − η·d²/(√G + ε)·(g + w·p)        (see `scaleByDowg`)
 *  ```
 *
 *  @shapes state `[{ count }, { initParams, weightedSqNormGrads, estimSqDist }, { count }]`.
 *  @departs the state has a part for the weight decay also where there is none, so that options never change its type.
 *  @reference Khaled, Mishchenko & Jin 2023, arXiv:2305.16284; optax.contrib.dowg
 *  @example dowg({ initEstimSqDist: 1e-4 }) */
export const dowg = (given?: DowgOptions): Transformation<Dowg> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, initEstimSqDist, eps } = checked
  return recipe(
    'dowg',
    checked,
    chain(
      decayed(weightDecay, mask),
      scaleByDowg(initEstimSqDist === undefined ? { eps } : { initEstimSqDist, eps }),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = options('dowg', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  initEstimSqDist: optional(positive),
  eps: withDefault(positive, 1e-4),
  ...decayOptions(0),
})
